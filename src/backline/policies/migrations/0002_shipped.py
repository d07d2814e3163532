"""Keeps the policy that ships as version 1, in force from the beginning of time as Backline knows it."""

from datetime import UTC, datetime

from django.db import migrations

from backline.core.policy import shipped
from backline.core.values import encode


def keep(apps, schema_editor):
    """Keep version 1."""
    version = apps.get_model("policies", "PolicyVersion")
    version.objects.create(number=1, document=encode(shipped()), effective_at=datetime(2000, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    """The shipped policy."""

    dependencies = [("policies", "0001_initial")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
