"""By when a duty should have come back from its next run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engine", "0005_no_drift")]

    operations = [migrations.AddField("beat", "next_by", models.DateTimeField(null=True))]
