"""What can wait goes to its reader in one letter with others; what is urgent is taken first."""

from django.db import migrations, models

_DUE = models.Q(('held_at__isnull', True), ('state__in', ['QUEUED', 'SENDING']))


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0009_no_word'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='can_wait',
            field=models.BooleanField(default=False, help_text='goes in one letter with others that can wait'),
        ),
        migrations.AddField(
            model_name='notice',
            name='within',
            field=models.UUIDField(blank=True, help_text='the letter that holds it with others', null=True),
        ),
        migrations.RemoveIndex(model_name='notice', name='notice_due'),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['-urgent', 'next_try_at'], name='notice_due', condition=_DUE),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(
                fields=['recipient_id', 'settled_at'], name='notice_can_wait', condition=models.Q(('can_wait', True))
            ),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['within'], name='notice_within', condition=models.Q(('within__isnull', False))),
        ),
    ]
