"""Where somebody is reached: one's own addresses, the codes that prove them, and a test of the whole chain."""
