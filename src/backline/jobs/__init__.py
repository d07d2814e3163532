"""What the field-service system knows: customers, sites, assets, fault codes, jobs and visits."""
