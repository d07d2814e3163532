"""The heartbeat: a loop and its duties."""
