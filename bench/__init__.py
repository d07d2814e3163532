"""The measured promises, one command each."""
