"""Calls: what is said in one, and how it is begun."""
