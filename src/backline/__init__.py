"""Backline: escalation management for field service."""

__version__ = "0.1.0"
