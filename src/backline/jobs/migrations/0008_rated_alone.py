"""Whether the customer rated a job once more without a word: what he said before is not said of that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0007_said_again")]

    operations = [
        migrations.AddField(
            "job",
            "rated_alone",
            models.BooleanField(default=False, help_text="the words are older than the rating, and not about it"),
        ),
    ]
