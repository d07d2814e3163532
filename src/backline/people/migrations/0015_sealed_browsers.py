"""What browsers gave is sealed, as what other addresses hold is; what is left tells one browser from another."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet
from django.db import migrations, models
from django.utils.crypto import salted_hmac


def seal(apps, schema_editor):
    """What each gave goes to its address, sealed as `channels.seal` does."""
    lock = Fernet(urlsafe_b64encode(salted_hmac('backline.seal', '', algorithm='sha256').digest()))
    for one in apps.get_model('people', 'Browser').objects.select_related('address'):
        given = json.dumps([one.endpoint, one.key, one.secret])
        one.address.sealed = lock.encrypt(given.encode()).decode()
        one.address.save(update_fields=['sealed'])
        one.mark = sha256(one.endpoint.encode()).hexdigest()
        one.save(update_fields=['mark'])


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0014_browsers'),
    ]

    operations = [
        migrations.AddField(
            model_name='browser',
            name='mark',
            field=models.CharField(help_text='of where its messages go, which stands sealed with the address', max_length=64, null=True),
        ),
        migrations.RunPython(seal),
        migrations.AlterField(
            model_name='browser',
            name='mark',
            field=models.CharField(help_text='of where its messages go, which stands sealed with the address', max_length=64, unique=True),
        ),
        migrations.RemoveField(model_name='browser', name='endpoint'),
        migrations.RemoveField(model_name='browser', name='key'),
        migrations.RemoveField(model_name='browser', name='secret'),
    ]
