"""What the customer sees, by signed link."""
