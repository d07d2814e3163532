"""The words by which a case is found, PostgreSQL's own likeness of words, and an index for each order of a list."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.core.management.base import CommandError
from django.db import Error, migrations, models


def likeness(apps, schema_editor):
    """Make the extension, or say in one sentence who can."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone():
            return
        try:
            cursor.execute("CREATE EXTENSION pg_trgm")
        except Error as error:
            why = str(error).strip().splitlines()[0]
            raise CommandError(
                f"Search needs PostgreSQL's extension pg_trgm ({why}); have an administrator of the database install "
                "PostgreSQL's contrib package and run CREATE EXTENSION pg_trgm in it, then run this again."
            ) from error


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_alter_alarm_clock")]
    operations = [
        migrations.RunPython(likeness, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Search",
            fields=[
                ("case", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="search", serialize=False, to="cases.case")),
                ("open", models.BooleanField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=30)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_open_by_due',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['due_at', 'id'], include=('state', 'priority', 'team', 'person', 'danger', 'reasons'), name='case_open_by_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['opened_at', 'id'], include=('state', 'priority', 'team', 'person', 'danger', 'reasons'), name='case_open_by_opened'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['priority', 'opened_at', 'id'], include=('state', 'team', 'person', 'danger', 'reasons'), name='case_open_by_priority'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['recorded_at', 'id'], include=('state', 'priority', 'team', 'person', 'danger', 'reasons'), name='case_open_by_changed'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['opened_at', 'id'], name='case_by_opened'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['priority', 'opened_at', 'id'], name='case_by_priority'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['recorded_at', 'id'], name='case_by_changed'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('danger', 'NONE'), _negated=True), fields=['danger'], name='case_dangerous'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('open', True)), fields=['words'], gin_pending_list_limit=256, name='search_open_by_words'),
        ),
        migrations.AddIndex(
            model_name='search',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], gin_pending_list_limit=256, name='search_by_words'),
        ),
        migrations.AddIndex(
            model_name='word',
            index=models.Index(fields=['word'], name='word_by_word', opclasses=['text_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='word',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('word__regex', '[0-9]'), _negated=True), fields=['word'], name='word_by_likeness', opclasses=['gin_trgm_ops']),
        ),
        # How rare a word is decides how it is best looked for: the usual sample knows too few of them.
        migrations.RunSQL("ALTER TABLE cases_search ALTER words SET STATISTICS 1000", migrations.RunSQL.noop),
    ]
