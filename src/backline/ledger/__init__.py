"""What happened: append-only events, their chain, and the keys of every write."""
