"""Working calendars: a log of versions, with public holidays and feeds made into dates; the core gets values."""
