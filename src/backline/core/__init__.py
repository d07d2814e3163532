"""The law of escalation, in plain Python: values in, values out."""
