"""Whether the organisation is a demo, and how far it is loaded, becomes a fact of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='demo',
            field=models.CharField(blank=True, choices=[('LOADING', 'LOADING'), ('LOADED', 'LOADED')], default='', help_text='how far it is made up to try Backline with: nothing leaves it', max_length=10),
            preserve_default=False,
        ),
    ]
