"""An alarm says whether the rung it waits for may count in somebody's hours, whatever its clock counts in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0010_places")]

    operations = [
        migrations.AddField(
            "alarm",
            "in_hours",
            models.BooleanField(default=False, help_text="the rung it waits for may count in somebody's hours"),
        ),
    ]
