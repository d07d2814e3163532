"""A letter takes several ways, what was handed over is told apart from what arrived, and all of it can be paused."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0004_rungs_of_a_person'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField(null=True)),
                ('by', models.CharField(max_length=64)),
                ('why', models.TextField()),
                ('ended_by', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Setup',
            fields=[
                ('channel', models.CharField(choices=[('EMAIL', 'EMAIL'), ('SMS', 'SMS'), ('VOICE', 'VOICE')], max_length=10, primary_key=True, serialize=False)),
                ('is_on', models.BooleanField(default=False)),
                ('settings', models.JSONField(default=dict)),
                ('sealed', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(max_length=64)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_state_is_known',
        ),
        migrations.RemoveIndex(
            model_name='notice',
            name='notice_live_of_case',
        ),
        migrations.AddField(
            model_name='notice',
            name='receipt_by',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='short',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='notice',
            name='urgent',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='notice',
            name='way',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='receipt',
            name='address',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='receipt',
            name='channel',
            field=models.CharField(choices=[('EMAIL', 'EMAIL'), ('SMS', 'SMS'), ('VOICE', 'VOICE')], default='EMAIL', max_length=10),
        ),
        migrations.AddField(
            model_name='receipt',
            name='way',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='notice',
            name='channel',
            field=models.CharField(choices=[('EMAIL', 'EMAIL'), ('SMS', 'SMS'), ('VOICE', 'VOICE')], max_length=10),
        ),
        migrations.AlterField(
            model_name='notice',
            name='state',
            field=models.CharField(choices=[('QUEUED', 'QUEUED'), ('SENDING', 'SENDING'), ('HANDED', 'HANDED'), ('DELIVERED', 'DELIVERED'), ('FAILED', 'FAILED'), ('CANCELLED', 'CANCELLED'), ('NOT_SENT', 'NOT_SENT')], max_length=10),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='what',
            field=models.CharField(choices=[('HANDED_OVER', 'HANDED_OVER'), ('DELIVERED', 'DELIVERED'), ('UNDELIVERED', 'UNDELIVERED'), ('FAILED_FOR_NOW', 'FAILED_FOR_NOW'), ('FAILED_FOR_GOOD', 'FAILED_FOR_GOOD'), ('UNKNOWN', 'UNKNOWN')], max_length=20),
        ),
        migrations.RunSQL(
            "UPDATE channels_notice SET state = 'HANDED' WHERE state = 'SENT'",
            "UPDATE channels_notice SET state = 'SENT' WHERE state IN ('HANDED', 'DELIVERED')",
        ),
        migrations.RunSQL(
            "UPDATE channels_receipt AS receipt SET address = notice.address FROM channels_notice AS notice"
            " WHERE notice.id = notice_id",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('receipt_by__isnull', False)), fields=['receipt_by'], name='notice_unanswered'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state__in', ['QUEUED', 'SENDING']), ('receipt_by__isnull', False), _connector='OR'), fields=['case_id'], name='notice_live_of_case'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['QUEUED', 'SENDING', 'HANDED', 'DELIVERED', 'FAILED', 'CANCELLED', 'NOT_SENT'])), name='notice_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(condition=models.Q(('to_at__isnull', True)), fields=('to_at',), name='one_pause_at_a_time', nulls_distinct=False),
        ),
    ]
