"""The sequence from which cases are numbered; a number lost to a rolled-back raise is never used again."""

from django.db import migrations


class Migration(migrations.Migration):
    """Numbers begin at 1001, so that a reference has four digits from the first day."""

    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE case_number START 1001", "DROP SEQUENCE case_number")]
