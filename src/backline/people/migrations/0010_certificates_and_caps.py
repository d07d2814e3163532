# Certificates with a number and a first day, what a team's work takes, and a cap for everybody in a team

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0009_addresses'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='need',
            name='need_once',
        ),
        migrations.AddField(
            model_name='ability',
            name='certificate',
            field=models.CharField(blank=True, help_text='the number of the certificate', max_length=60),
        ),
        migrations.AddField(
            model_name='ability',
            name='certified_from',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='need',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.team'),
        ),
        migrations.AddField(
            model_name='team',
            name='cap',
            field=models.PositiveSmallIntegerField(default=0, help_text='how many open cases at once are enough for members without a cap of their own'),
        ),
        migrations.AddConstraint(
            model_name='ability',
            constraint=models.CheckConstraint(condition=models.Q(('certified_from', None), ('certified_until', None), ('certified_from__lte', models.F('certified_until')), _connector='OR'), name='certificate_in_order'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(fields=('asset_type', 'fault_code', 'team', 'skill'), name='need_once', nulls_distinct=False),
        ),
    ]
