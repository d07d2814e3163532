"""What an administrator keeps: people, places, things, rules, mail."""
