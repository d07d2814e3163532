"""Webhooks: somebody's own program is told in JSON, signed so that it can tell us from others."""
