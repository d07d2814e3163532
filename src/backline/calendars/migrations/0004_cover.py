"""What contracts cover, as a log that is only ever added to; and a calendar may be chosen for a contract."""

from django.db import migrations, models

FORWARD = """
CREATE TRIGGER calendars_cover_append_only BEFORE UPDATE OR DELETE ON calendars_cover
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER calendars_cover_no_truncate BEFORE TRUNCATE ON calendars_cover
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
BACKWARD = """
DROP TRIGGER calendars_cover_no_truncate ON calendars_cover;
DROP TRIGGER calendars_cover_append_only ON calendars_cover;
"""
KIND = models.CharField(
    choices=[(kind, kind) for kind in ("ORGANISATION", "CUSTOMER", "SITE", "CONTRACT", "ASSET", "TEAM")], max_length=20
)


class Migration(migrations.Migration):
    """The table and its triggers."""

    dependencies = [("calendars", "0003_choice")]
    operations = [
        migrations.AlterField("choice", "kind", KIND),
        migrations.CreateModel(
            name="Cover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contract", models.UUIDField()),
                ("kind", KIND.clone()),
                ("subject", models.UUIDField()),
                ("from_at", models.DateTimeField(null=True)),
                ("to_at", models.DateTimeField(
                    help_text="the first moment at which it does no more, if that is known", null=True,
                )),
                ("saved_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, max_length=64)),
            ],
            options={"indexes": [
                models.Index(fields=["subject", "saved_at"], name="cover_by_subject"),
                models.Index(fields=["contract"], name="cover_by_contract"),
            ]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
