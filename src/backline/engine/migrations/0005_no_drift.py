from django.db import migrations


class Migration(migrations.Migration):
    """The duty that was called drift looks at more now, and has another name: of that one nobody hears any more."""

    dependencies = [("engine", "0004_process")]
    operations = [migrations.RunSQL("DELETE FROM engine_beat WHERE duty = 'drift'", migrations.RunSQL.noop)]
