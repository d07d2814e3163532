"""What stands below a letter for its reader alone, by which he can answer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0005_ways'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='answers',
            field=models.TextField(blank=True, default='', help_text='shown to its reader alone'),
        ),
    ]
