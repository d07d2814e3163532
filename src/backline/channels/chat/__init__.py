"""Chats: somebody is told where he chats anyway, through a library that knows how each service wants it said."""
