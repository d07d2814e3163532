"""Contracts, and the sites and assets that each names."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table."""

    dependencies = [
        ('jobs', '0002_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('penalty', models.CharField(blank=True, help_text='what is owed when it is not kept, in words', max_length=500)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(help_text='the last day on which it holds', null=True)),
                ('assets', models.ManyToManyField(blank=True, related_name='contracts', to='jobs.asset')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='jobs.customer')),
                ('sites', models.ManyToManyField(blank=True, related_name='contracts', to='jobs.site')),
            ],
        ),
    ]
