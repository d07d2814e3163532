"""The texts that led to nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='TurnedAway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('why', models.CharField(max_length=20)),
            ],
            options={
                'indexes': [models.Index(fields=['mark', 'at'], name='turned_away_by_number'), models.Index(fields=['at'], name='turned_away_at')],
            },
        ),
    ]
