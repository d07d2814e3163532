"""Photos and files: taken in, checked, cleaned, stored, served."""
