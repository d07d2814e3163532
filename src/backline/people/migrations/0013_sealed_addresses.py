"""Addresses of which only a part is shown: webhooks and chats, whose rest is sealed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0012_shift_news'),
    ]

    operations = [
        migrations.AddField(
            model_name='address',
            name='sealed',
            field=models.TextField(blank=True, default='', help_text='what its channel alone can read'),
        ),
        migrations.AlterField(
            model_name='address',
            name='kind',
            field=models.CharField(choices=[('EMAIL', 'EMAIL'), ('MOBILE', 'MOBILE'), ('LANDLINE', 'LANDLINE'), ('WEBHOOK', 'WEBHOOK'), ('CHAT', 'CHAT')], max_length=10),
        ),
        migrations.AlterField(
            model_name='address',
            name='value',
            field=models.CharField(help_text='in small letters, a number as +4930123456; else what is shown', max_length=254),
        ),
    ]
