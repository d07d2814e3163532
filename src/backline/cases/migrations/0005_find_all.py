"""The cases that were there before they could be searched: each gets its words."""

import json
import re

from django.db import migrations

from backline.cases.words import words

CASES = """
SELECT c.id, c.state, c.fold, a.name, a.reference, a.type, s.name, s.reference, s.address, u.name, u.reference,
  j.reference, j.title, t.name, k.name,
  (SELECT string_agg(text, ' ') FROM ledger_text x WHERE x.case_id = c.id)
FROM cases_case c JOIN jobs_job j ON j.id = c.job_id JOIN jobs_site s ON s.id = j.site_id
JOIN jobs_customer u ON u.id = s.customer_id LEFT JOIN jobs_asset a ON a.id = j.asset_id
LEFT JOIN people_team t ON t.id = c.team_id
LEFT JOIN people_contact k ON k.id = c.contact_id AND k.erased_at IS NULL
WHERE c.number > %s ORDER BY c.number LIMIT 500
"""
ADD = "INSERT INTO cases_search (case_id, open, words) VALUES (%s, %s, array_to_tsvector(%s)) ON CONFLICT DO NOTHING"


def fill(apps, schema_editor):
    """Write the words of every case, a few hundred at a time."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id::text, name FROM people_person")
        persons, known, last = dict(cursor.fetchall()), set(), 0
        while True:
            cursor.execute(CASES, [last])
            rows = cursor.fetchall()
            if not rows:
                break
            for case, state, fold, *about in rows:
                fold = json.loads(fold) if isinstance(fold, str) else fold
                his = {fold["technician"], fold["raised_by"], fold["person"], *fold["had"], *fold["visitors"]}
                cursor.execute("SELECT convert_from(body, 'UTF8') FROM ledger_event WHERE case_id = %s", [case])
                codes = [
                    code for (body,) in cursor.fetchall() for code in json.loads(body)["data"].get("fault_codes", ())
                    if not re.fullmatch("[0-9a-f]{64}", code)
                ]
                found = words(*filter(None, about), *codes, *(persons[one] for one in his if one in persons))
                marks = {f"={one}" for one in his | {fold["team"]} if one}
                cursor.execute(ADD, [case, state not in ("CLOSED", "WITHDRAWN"), [*found, *sorted(marks)]])
                known.update(found)
            cursor.execute("SELECT max(number) FROM (SELECT number FROM cases_case WHERE number > %s ORDER BY number LIMIT 500) n", [last])
            last = cursor.fetchone()[0]
        cursor.execute("INSERT INTO cases_word (word) SELECT unnest(%s::text[])", [sorted(known)])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_search"),
        ("ledger", "0002_append_only"),
        ("people", "0001_initial"),
        ("jobs", "0001_initial"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
