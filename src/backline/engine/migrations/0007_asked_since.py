"""Since when the auditor asks for something: what was recorded before nobody asked for it is not held against it."""

from django.db import migrations, models

# Where nothing is recorded yet, since ever.
_NEWS = """
INSERT INTO engine_askedsince (what, at)
SELECT 'news', CASE WHEN EXISTS (SELECT FROM ledger_event) THEN now() ELSE '2000-01-01 00:00:00+00' END
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0006_next_by"), ("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AskedSince",
            fields=[
                ("what", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(_NEWS, migrations.RunSQL.noop),
    ]
