"""What is not ready for the promise: found in every room, said to who can mend it, with since when."""
