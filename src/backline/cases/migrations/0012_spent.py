"""When a pause reaches its limit: the alarm keeps it, and every case has a place for what was noted of it.

Clocks that were paused before are restated by the worker, as those are whose alarms say too little.
"""

from django.db import migrations, models

NOTED = """
UPDATE cases_case SET fold = fold || '{"spent": {}}' WHERE NOT fold ? 'spent';
UPDATE cases_alarm SET whose = NULL WHERE cardinality(pauses) > 0;
INSERT INTO cases_recompute (cases) SELECT 0 WHERE EXISTS (SELECT FROM cases_alarm WHERE whose IS NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_waits_in_hours")]

    operations = [
        migrations.AddField("alarm", "resumes_at", models.DateTimeField(
            help_text="when a pause of it reaches its limit", null=True,
        )),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
