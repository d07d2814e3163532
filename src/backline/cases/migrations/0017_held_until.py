"""When a rung that an alarm's climb holds must be looked at; what was held before waits as a letter for its person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("cases", "0016_told_at")]

    operations = [
        migrations.AddField("alarm", "held_until", models.DateTimeField(
            help_text="when a rung that it holds must be looked at", null=True,
        )),
        migrations.AddIndex("alarm", models.Index(
            fields=["case"], condition=models.Q(held_until__isnull=False), name="alarm_held",
        )),
    ]
