"""What somebody is to hear of shifts is found when they move; nothing looks for what was agreed lately any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0011_active_skills")]

    operations = [
        migrations.CreateModel(
            name="ShiftNews",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.JSONField()),
            ],
        ),
        migrations.RemoveIndex("agreement", "agreement_newest"),
        migrations.RemoveIndex("absence", "absence_newest"),
    ]
