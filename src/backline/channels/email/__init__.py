"""Mail: where the server is, how a message is composed, and how it is handed over."""
