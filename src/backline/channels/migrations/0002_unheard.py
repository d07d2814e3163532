"""Finds what reached nobody: failed notices, and a customer's that were not sent for any reason."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0001_notices'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='notice',
            name='notice_failed_unreported',
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(models.Q(('state', 'FAILED'), models.Q(('audience', 'CONTACT'), ('state', 'NOT_SENT')), _connector='OR'), ('reported_at__isnull', True)), fields=['settled_at'], name='notice_failed_unreported'),
        ),
    ]
