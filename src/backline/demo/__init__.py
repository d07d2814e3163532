"""The demo organisation: made-up people, places and cases to try Backline with, and how to become each of its cast."""
