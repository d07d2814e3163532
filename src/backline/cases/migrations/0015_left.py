"""A recompute comes back to the cases that others held when it was their turn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("cases", "0014_was")]

    operations = [migrations.AddField("portion", "left", models.JSONField(default=list))]
