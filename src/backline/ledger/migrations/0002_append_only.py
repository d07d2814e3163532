"""Events can only be added, texts only be emptied: the database itself refuses the rest, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: the record is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_event_append_only BEFORE UPDATE OR DELETE ON ledger_event
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_event_no_truncate BEFORE TRUNCATE ON ledger_event
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE FUNCTION ledger_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.text IS NULL AND NEW.salt IS NULL AND NEW.erased_at IS NOT NULL AND NEW.commitment = OLD.commitment
     AND NEW.case_id = OLD.case_id AND NEW.subject = OLD.subject THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a text can only be erased, never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_text_only_erase BEFORE UPDATE ON ledger_text
  FOR EACH ROW EXECUTE FUNCTION ledger_only_erase();
CREATE TRIGGER ledger_text_kept BEFORE DELETE ON ledger_text
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_text_no_truncate BEFORE TRUNCATE ON ledger_text
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""

BACKWARD = """
DROP TRIGGER ledger_text_no_truncate ON ledger_text;
DROP TRIGGER ledger_text_kept ON ledger_text;
DROP TRIGGER ledger_text_only_erase ON ledger_text;
DROP FUNCTION ledger_only_erase();
DROP TRIGGER ledger_event_no_truncate ON ledger_event;
DROP TRIGGER ledger_event_append_only ON ledger_event;
DROP FUNCTION ledger_refuse();
"""


class Migration(migrations.Migration):
    """Triggers that keep the record append-only."""

    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
