"""Texts: how much of a letter goes into one, and how it is handed over."""
