"""Whoever or whatever gets another name is written down, so that its cases are found by it."""

from django.db import migrations, models

NAMED = {
    "jobs_customer": "name, reference",
    "jobs_site": "name, reference, address, customer_id",
    "jobs_asset": "name, reference, type",
    "jobs_job": "title, reference, asset_id, site_id",
    "people_person": "name",
    "people_team": "name",
    "people_contact": "name",
}
FORWARD = """
CREATE FUNCTION cases_note_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cases_renamed (kind, entry) VALUES (TG_TABLE_NAME, NEW.id);
  RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER {table}_renamed AFTER UPDATE OF {names} ON {table} FOR EACH ROW
  WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION cases_note_renamed();
"""


def _trigger(table, names):
    old, new = (", ".join(f"{side}.{name}" for name in names.split(", ")) for side in ("OLD", "NEW"))
    old, new = (f"ROW({side})" for side in (old, new))
    return TRIGGER.format(table=table, names=names, old=old, new=new)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_find_all"),
        ("jobs", "0001_initial"),
        ("people", "0002_demo"),
    ]
    operations = [
        migrations.CreateModel(
            name="Renamed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="the table that it stands in", max_length=30)),
                ("entry", models.UUIDField()),
                ("done", models.UUIDField(null=True)),
            ],
        ),
        migrations.RunSQL(
            FORWARD + "".join(_trigger(*one) for one in NAMED.items()),
            "".join(f"DROP TRIGGER {table}_renamed ON {table};" for table in NAMED)
            + "DROP FUNCTION cases_note_renamed();",
        ),
    ]
