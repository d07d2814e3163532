"""A night with real workers that are killed, a database that restarts and hosts whose clocks are off."""
