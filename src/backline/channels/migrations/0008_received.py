"""Mails that come in are kept with what was done about them, and how far their box was read."""

import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0007_receipts_by_channel'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('place', models.TextField(primary_key=True, serialize=False)),
                ('validity', models.PositiveBigIntegerField(default=0)),
                ('upto', models.PositiveBigIntegerField(default=0)),
                ('read_at', models.DateTimeField(null=True)),
                ('trouble', models.TextField(blank=True)),
                ('trouble_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Received',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('WORD', 'WORD'), ('BOUNCE', 'BOUNCE'), ('DELIVERED', 'DELIVERED'), ('ABSENCE', 'ABSENCE'), ('OURS', 'OURS'), ('ROBOT', 'ROBOT'), ('UNREADABLE', 'UNREADABLE')], max_length=10)),
                ('sender', models.TextField(blank=True)),
                ('sender_name', models.TextField(blank=True)),
                ('sender_id', models.CharField(blank=True, help_text="who of ours or a customer's has the address", max_length=64)),
                ('subject', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('case_id', models.UUIDField(blank=True, null=True)),
                ('acted', models.BooleanField(default=False)),
                ('said', models.TextField(help_text='what was done, or why nothing was')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='received_newest'), models.Index(fields=['kind', '-at', '-id'], name='received_of_kind_newest'), models.Index(condition=models.Q(('sender_id', ''), _negated=True), fields=['sender_id'], name='received_of_sender')],
                'constraints': [models.CheckConstraint(condition=models.Q(('said', ''), _negated=True), name='received_says_what_was_done')],
            },
        ),
    ]
