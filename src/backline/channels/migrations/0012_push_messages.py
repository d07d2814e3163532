"""Messages are pushed to browsers, and say in one line what and where it is."""

from django.db import migrations, models


_CHANNELS = [(name, name) for name in ('EMAIL', 'SMS', 'VOICE', 'WEBHOOK', 'CHAT', 'PUSH')]


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0011_webhook_and_chat'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='about',
            field=models.TextField(blank=True, default=''),
        ),
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
