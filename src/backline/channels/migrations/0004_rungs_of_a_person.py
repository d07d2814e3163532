# Whom rungs told when: asked for by person over months

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0003_address_stands'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('kind__startswith', 'rung.')), fields=['recipient_id', 'queued_at'], name='rung_of_person'),
        ),
    ]
