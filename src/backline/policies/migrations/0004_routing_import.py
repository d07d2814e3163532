"""Files of routing rules are kept as they came."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more table."""

    dependencies = [("policies", "0003_versions")]
    operations = [
        migrations.CreateModel(
            "RoutingImport",
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("why", models.CharField(max_length=300)),
                ("made_by", models.CharField(max_length=64)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
    ]
