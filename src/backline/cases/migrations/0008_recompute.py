"""Alarms keep what their moments follow from; each change of calendars is written down until its clocks are recomputed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION cases_note_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cases_recompute (version_id, cases) VALUES (NEW.id, 0);
  RETURN NULL;
END $$;
CREATE FUNCTION cases_note_choice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO cases_recompute (choice_id, cases) VALUES (NEW.id, 0);
  RETURN NULL;
END $$;
CREATE TRIGGER calendars_calendarversion_changed AFTER INSERT ON calendars_calendarversion
  FOR EACH ROW WHEN (NEW.number > 1) EXECUTE FUNCTION cases_note_version();
CREATE TRIGGER calendars_choice_changed AFTER INSERT ON calendars_choice
  FOR EACH ROW EXECUTE FUNCTION cases_note_choice();
INSERT INTO cases_recompute (cases) SELECT 0 WHERE EXISTS (SELECT FROM cases_alarm);
"""
BACKWARD = """
DROP TRIGGER calendars_choice_changed ON calendars_choice;
DROP TRIGGER calendars_calendarversion_changed ON calendars_calendarversion;
DROP FUNCTION cases_note_choice();
DROP FUNCTION cases_note_version();
"""
MICROSECONDS = models.BigIntegerField()


class Migration(migrations.Migration):
    """Alarms from before say too little, so all of them are recomputed once."""

    dependencies = [("calendars", "0003_choice"), ("cases", "0007_open_dangerous")]
    operations = [
        migrations.AddField("alarm", "whose", models.CharField(
            help_text="in whose hours it counts", max_length=10, null=True,
        )),
        migrations.AddField("alarm", "started_at", models.DateTimeField(null=True)),
        migrations.AddField("alarm", "pauses", django.contrib.postgres.fields.ArrayField(
            base_field=MICROSECONDS, default=list, help_text="from and to, in microseconds since 1970",
        )),
        migrations.AddField("alarm", "rung", models.SmallIntegerField(
            help_text="how far its climb has come", null=True,
        )),
        migrations.AddField("alarm", "repeat", models.IntegerField(default=0)),
        migrations.CreateModel(
            name="Recompute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("after", models.BigIntegerField(
                    help_text="the transaction before which nobody may still be writing", null=True,
                )),
                ("cases", models.PositiveIntegerField(default=0, help_text="how many it concerns")),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("choice", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="calendars.choice",
                )),
                ("version", models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to="calendars.calendarversion",
                )),
            ],
            options={"indexes": [
                models.Index(condition=models.Q(("ended_at", None)), fields=["id"], name="recompute_waiting"),
            ]},
        ),
        migrations.CreateModel(
            name="Portion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done", models.UUIDField()),
                ("upto", models.UUIDField()),
                ("looked", models.PositiveIntegerField(default=0, help_text="cases")),
                ("moved", models.PositiveIntegerField(default=0, help_text="clocks")),
                ("stuck", models.PositiveIntegerField(
                    default=0, help_text="clocks whose calendar has too little working time",
                )),
                ("first", models.JSONField(default=list)),
                ("ended_at", models.DateTimeField(null=True)),
                ("work", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="portions", to="cases.recompute",
                )),
            ],
            options={"indexes": [
                models.Index(condition=models.Q(("ended_at", None)), fields=["id"], name="portion_waiting"),
            ]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
