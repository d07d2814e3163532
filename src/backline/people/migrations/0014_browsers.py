"""Browsers to which messages are pushed, each under an address of its owner's."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0013_sealed_addresses'),
    ]

    operations = [
        migrations.AlterField(
            model_name='address',
            name='kind',
            field=models.CharField(choices=[('EMAIL', 'EMAIL'), ('MOBILE', 'MOBILE'), ('LANDLINE', 'LANDLINE'), ('WEBHOOK', 'WEBHOOK'), ('CHAT', 'CHAT'), ('PUSH', 'PUSH')], max_length=10),
        ),
        migrations.AlterField(
            model_name='address',
            name='value',
            field=models.CharField(help_text='in small letters, a number as +4930123456, a browser by what it is called; else what is shown', max_length=254),
        ),
        migrations.CreateModel(
            name='Browser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.TextField(unique=True)),
                ('key', models.CharField(help_text='its public key', max_length=100)),
                ('secret', models.CharField(help_text='what it shares with us alone', max_length=30)),
                ('address', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='browser', to='people.address')),
            ],
        ),
    ]
