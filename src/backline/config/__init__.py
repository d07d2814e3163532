"""Fuse box: settings, addresses, wiring of ports, command line; the only place that knows every room."""
