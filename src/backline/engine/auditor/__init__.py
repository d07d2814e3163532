"""Asks what should have happened by now, and whether it did; it shares no function with the ladder that acts."""
