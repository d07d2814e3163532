"""Policy versions and routing rules: kept, validated, handed to core as values."""
