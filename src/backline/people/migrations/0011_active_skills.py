"""A skill may rest: whoever has it keeps it, and nobody else is given it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_certificates_and_caps")]

    operations = [migrations.AddField("skill", "is_active", models.BooleanField(default=True))]
