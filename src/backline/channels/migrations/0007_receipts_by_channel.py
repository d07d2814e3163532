"""How each channel goes can be asked without reading all that ever went out."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0006_answers'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['channel', 'at', 'id'], name='receipt_by_channel'),
        ),
    ]
