"""Which calendar counts for whom, as a log that is only ever added to."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER calendars_choice_append_only BEFORE UPDATE OR DELETE ON calendars_choice
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER calendars_choice_no_truncate BEFORE TRUNCATE ON calendars_choice
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
BACKWARD = """
DROP TRIGGER calendars_choice_no_truncate ON calendars_choice;
DROP TRIGGER calendars_choice_append_only ON calendars_choice;
"""
KINDS = ("ORGANISATION", "CUSTOMER", "SITE", "ASSET", "TEAM")


class Migration(migrations.Migration):
    """The table and its triggers."""

    dependencies = [("calendars", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20)),
                ("subject", models.UUIDField()),
                ("chosen_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("calendar", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to="calendars.workingcalendar",
                )),
            ],
            options={"indexes": [models.Index(fields=["subject", "chosen_at"], name="calendar_choice")]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
