"""What is lost when an asset stands still or a contract is not kept, and which contracts are of named accounts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Figures of assets and contracts, none at first."""

    dependencies = [("jobs", "0003_contract")]
    operations = [
        migrations.AddField(
            "asset", "units", models.PositiveIntegerField(default=0, help_text="how many units stand still when it does")
        ),
        migrations.AddField(
            "asset",
            "cost_an_hour",
            models.PositiveIntegerField(default=0, help_text="what an hour of it costs its customer"),
        ),
        migrations.AddField(
            "contract",
            "penalty_amount",
            models.PositiveBigIntegerField(default=0, help_text="the same as an amount of money"),
        ),
        migrations.AddField(
            "contract",
            "named_account",
            models.BooleanField(default=False, help_text="whether managers hear of each case under it"),
        ),
    ]
