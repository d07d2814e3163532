"""Of a customer's contact it is kept where nobody is, so that nothing goes there again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0015_sealed_browsers'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='dead_email',
            field=models.CharField(blank=True, db_index=True, default='', help_text='the address of his, in small letters, at which nobody is', max_length=254),
        ),
        migrations.AddField(
            model_name='contact',
            name='dead_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='contact',
            name='why_dead',
            field=models.TextField(blank=True, default=''),
        ),
    ]
