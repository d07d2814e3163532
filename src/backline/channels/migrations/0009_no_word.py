"""It is kept as well that nobody said in time that something arrived, so that it went another way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0008_received'),
    ]

    operations = [
        migrations.AlterField(
            model_name='receipt',
            name='what',
            field=models.CharField(choices=[
                ('HANDED_OVER', 'HANDED_OVER'), ('DELIVERED', 'DELIVERED'), ('UNDELIVERED', 'UNDELIVERED'),
                ('FAILED_FOR_NOW', 'FAILED_FOR_NOW'), ('FAILED_FOR_GOOD', 'FAILED_FOR_GOOD'), ('UNKNOWN', 'UNKNOWN'),
                ('NO_WORD', 'NO_WORD'),
            ], max_length=20),
        ),
    ]
