from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("engine", "0003_auditor")]

    operations = [
        migrations.CreateModel(
            name="Process",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=20)),
                ("host", models.CharField(max_length=255)),
                ("number", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
            ],
        )
    ]
