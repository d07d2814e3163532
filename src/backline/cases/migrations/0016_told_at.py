"""When the ladder of a clock told last: a repeat follows from it where the rung itself is due later by now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("cases", "0015_left")]

    operations = [
        migrations.AddField("alarm", "told_at", models.DateTimeField(help_text="when it told last", null=True)),
    ]
