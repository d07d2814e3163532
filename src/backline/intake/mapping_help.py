"""A mapping says in TOML which column of a file is which field of ours:

    zone = "Europe/Berlin"             # of moments that name none; UTC unless said
    date_format = "%d.%m.%Y %H:%M"     # of moments; ISO 8601 unless said
    encoding = "cp1252"                # UTF-8 or what Windows writes, unless said

    [columns]
    reference = "Order no."            # our field = their column
    title = "{Kind}: {Text}"           # or several columns in braces, with words between

    [constants]
    customer = "City of Example"       # our field = the same on every line

    [words]
    "Erledigt" = "done"                # their word = ours, in visit_result, unsafe and breaks_rule

Without a mapping the columns are named as our fields. Fields of an asset: asset, asset_type, asset_name, asset_units
and asset_cost_an_hour (how many units stand still with it, and what an hour of that costs), site, site_name, address,
zone, customer, contact (an e-mail address), contact_name. A job has these too, and: reference,
title, opened_at, promised_at, done_at, technician (an e-mail address). A job needs reference, title, opened_at, and a
site or a known asset. What may raise a case besides: fault_code; unsafe and breaks_rule (yes or no); remark and rating
(1 to 5) of the customer; part (what is missing), part_at (when it is expected), part_came_at; reopened (how often); and
of a visit: visit (its number, where a job has several), visit_from_at, visit_to_at, visit_started_at, visit_ended_at,
visit_result (done, unresolved or not_made), rescheduled (how often; counted here where no column says it).

Sites, customers and assets that are known stay as they are; others are added where the line says enough of them. A
field that a line leaves empty stays as it is here. A line that cannot be taken is reported; the others are kept, and
importing the file again changes nothing.
"""
