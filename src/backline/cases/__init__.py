"""The case and its records; the only door for change."""
