"""That contracts cover other places, and that jobs are at another one, is written down as a change of calendars is."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION cases_note_cover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cases_recompute (cases, cover_id, concerns)
  SELECT 0, max(last), jsonb_object_agg(kind, subjects) FROM (
    SELECT kind, max(id) AS last, jsonb_agg(DISTINCT subject) AS subjects FROM added
    WHERE EXISTS (SELECT FROM calendars_choice AS chosen WHERE chosen.subject = added.contract) GROUP BY kind
  ) AS by_kind HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER calendars_cover_changed AFTER INSERT ON calendars_cover
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION cases_note_cover();
CREATE FUNCTION cases_note_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cases_recompute (cases, concerns)
  SELECT 0, jsonb_build_object('JOB', jsonb_agg(is_now.id)) FROM is_now JOIN was USING (id)
  WHERE (is_now.asset_id, is_now.site_id) IS DISTINCT FROM (was.asset_id, was.site_id) HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER jobs_job_moved AFTER UPDATE ON jobs_job
  REFERENCING OLD TABLE AS was NEW TABLE AS is_now FOR EACH STATEMENT EXECUTE FUNCTION cases_note_jobs();
"""
BACKWARD = """
DROP TRIGGER jobs_job_moved ON jobs_job;
DROP TRIGGER calendars_cover_changed ON calendars_cover;
DROP FUNCTION cases_note_jobs();
DROP FUNCTION cases_note_cover();
"""


class Migration(migrations.Migration):
    """Two columns and two triggers."""

    dependencies = [("calendars", "0004_cover"), ("cases", "0009_finding"), ("jobs", "0003_contract")]
    operations = [
        migrations.AddField("recompute", "cover", models.ForeignKey(
            help_text="one of them", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
            to="calendars.cover",
        )),
        migrations.AddField("recompute", "concerns", models.JSONField(
            help_text="ids of those whose hours may be others, by their kind", null=True,
        )),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
