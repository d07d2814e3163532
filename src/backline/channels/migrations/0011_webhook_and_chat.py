"""Two more channels: webhooks and chats."""

from django.db import migrations, models

_CHANNELS = [(name, name) for name in ('EMAIL', 'SMS', 'VOICE', 'WEBHOOK', 'CHAT')]


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0010_what_can_wait'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='channel',
            field=models.CharField(choices=_CHANNELS, max_length=10),
        ),
        migrations.AlterField(
            model_name='receipt',
            name='channel',
            field=models.CharField(choices=_CHANNELS, default='EMAIL', max_length=10),
        ),
        migrations.AlterField(
            model_name='setup',
            name='channel',
            field=models.CharField(choices=_CHANNELS, max_length=10, primary_key=True, serialize=False),
        ),
    ]
