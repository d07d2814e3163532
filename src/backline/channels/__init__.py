"""How people are told: the outbox, its delivery and its receipts, one folder per channel."""
