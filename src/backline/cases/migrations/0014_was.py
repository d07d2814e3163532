"""Where a job was before is written down with the change, and kept for jobs that have cases."""

import django.db.models.deletion
from django.db import migrations, models

NOTE = """
CREATE OR REPLACE FUNCTION cases_note_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cases_recompute (cases, concerns)
  SELECT 0, jsonb_build_object('JOB', jsonb_agg(is_now.id)<was>) FROM is_now JOIN was USING (id)
  WHERE (is_now.asset_id, is_now.site_id) IS DISTINCT FROM (was.asset_id, was.site_id) HAVING count(*) > 0;
  RETURN NULL;
END $$;
"""
FORWARD = NOTE.replace("<was>", ", 'WAS', jsonb_agg(jsonb_build_array(was.id, was.asset_id, was.site_id))")


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("cases", "0013_impact"), ("jobs", "0003_contract")]

    operations = [
        migrations.CreateModel(
            name="Was",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asset", models.UUIDField(null=True)),
                ("site", models.UUIDField()),
                ("until_at", models.DateTimeField()),
                (
                    "job",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="jobs.job"),
                ),
            ],
        ),
        migrations.RunSQL(FORWARD, NOTE.replace("<was>", "")),
    ]
