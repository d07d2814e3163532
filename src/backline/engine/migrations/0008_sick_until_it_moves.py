"""After which event a case was set aside, and when it was tried: those of before are tried at once."""

from datetime import UTC, datetime

from django.db import migrations, models

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Migration(migrations.Migration):
    dependencies = [("engine", "0007_asked_since")]

    operations = [
        migrations.AddField("sick", "seq", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.AddField("sick", "tried_at", models.DateTimeField(default=LONG_AGO), preserve_default=False),
    ]
