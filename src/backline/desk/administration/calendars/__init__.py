"""The pages of working calendars: what each is, what another version would move, and whose hours it is."""
