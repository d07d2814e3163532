"""Mails that come in: read as values, judged by what they are, and turned into operations."""
