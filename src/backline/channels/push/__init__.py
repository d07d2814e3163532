"""Push messages to browsers: sealed for the one that they are for, and signed by us."""
