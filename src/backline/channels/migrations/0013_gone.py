"""Whether a receipt says that nobody is at the address."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0012_push_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='receipt',
            name='gone',
            field=models.BooleanField(default=False, help_text='the other side says that nobody is at that address'),
        ),
    ]
