"""Versions keep the file they were written as and are only ever added; a routing rule may have a condition."""

from django.db import migrations, models

FORWARD = """
CREATE TRIGGER policies_version_append_only BEFORE UPDATE OR DELETE ON policies_policyversion
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER policies_version_no_truncate BEFORE TRUNCATE ON policies_policyversion
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
BACKWARD = """
DROP TRIGGER policies_version_no_truncate ON policies_policyversion;
DROP TRIGGER policies_version_append_only ON policies_policyversion;
"""


class Migration(migrations.Migration):
    """What a version was written as, why and when, and triggers that keep it; what a rule asks besides."""

    dependencies = [("policies", "0002_shipped"), ("ledger", "0002_append_only")]
    operations = [
        migrations.AddField("policyversion", "text", models.TextField(blank=True)),
        migrations.AddField("policyversion", "why", models.CharField(blank=True, max_length=300)),
        migrations.AddField("policyversion", "saved_at", models.DateTimeField(null=True)),
        migrations.AddField("routingrule", "condition", models.TextField(blank=True)),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
