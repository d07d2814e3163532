"""A clock more that alarms are of: that of a workaround."""

from django.db import migrations, models

from backline.core.words import ClockName


class Migration(migrations.Migration):
    """The clocks that alarms may be of."""

    dependencies = [("cases", "0017_held_until")]
    operations = [
        migrations.AlterField(
            "alarm", "clock", models.CharField(max_length=20, choices=[(name, name) for name in ClockName])
        ),
    ]
