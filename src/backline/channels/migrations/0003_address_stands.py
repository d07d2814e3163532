"""Says of a letter to somebody of the organisation how the address stood to which it goes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_unheard'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='address_stands',
            field=models.CharField(blank=True, default='', help_text='UNPROVED or DEAD where there was no better address', max_length=10),
        ),
    ]
