"""Versions of calendars are only ever added; the database refuses everything else."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER calendars_version_append_only BEFORE UPDATE OR DELETE ON calendars_calendarversion
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER calendars_version_no_truncate BEFORE TRUNCATE ON calendars_calendarversion
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
BACKWARD = """
DROP TRIGGER calendars_version_no_truncate ON calendars_calendarversion;
DROP TRIGGER calendars_version_append_only ON calendars_calendarversion;
"""


class Migration(migrations.Migration):
    """Triggers that keep the log append-only."""

    dependencies = [("calendars", "0001_initial"), ("ledger", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
