"""Where people are reached: their addresses, first what each signs in with, which counts as not proved; quiet hours."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_OWN = """
INSERT INTO people_address (id, person_id, kind, value, place, why_dead)
SELECT gen_random_uuid(), id, 'EMAIL', lower(email), 0, '' FROM people_person
"""


def _of_a_person():
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0008_roster'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='quiet_from',
            field=models.PositiveSmallIntegerField(help_text='in minutes of his clock; letters that can wait do', null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='quiet_to',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_to', None)), models.Q(('quiet_from__isnull', False), ('quiet_from__lt', 1440), ('quiet_to__isnull', False), ('quiet_to__lt', 1440)), _connector='OR'), name='person_quiet_hours'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['made_at'], name='agreement_newest'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['made_at'], name='absence_newest'),
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('EMAIL', 'EMAIL'), ('MOBILE', 'MOBILE'), ('LANDLINE', 'LANDLINE')], max_length=10)),
                ('value', models.CharField(help_text='in small letters, a number as +4930123456', max_length=254)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('proved_at', models.DateTimeField(null=True)),
                ('dead_at', models.DateTimeField(null=True)),
                ('why_dead', models.TextField(blank=True)),
                ('person', _of_a_person()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('dead_at__isnull', False)), fields=['dead_at'], name='address_dead')],
                'constraints': [models.UniqueConstraint(fields=('person', 'value'), name='address_once')],
            },
        ),
        migrations.CreateModel(
            name='AddressCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=254)),
                ('mark', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('person', _of_a_person()),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'made_at'], name='code_by_person')],
            },
        ),
        migrations.CreateModel(
            name='ChainTest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('person', _of_a_person()),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'made_at'], name='chain_test_by_person')],
            },
        ),
        migrations.CreateModel(
            name='ChainHeard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.address')),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='heard', to='people.chaintest')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('test', 'address'), name='chain_heard_once')],
            },
        ),
        migrations.RunSQL(_OWN, migrations.RunSQL.noop),
    ]
