"""What coordinators, specialists, managers and administrators see."""
