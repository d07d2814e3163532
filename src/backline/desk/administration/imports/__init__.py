"""Lists of persons, sites, assets and fault codes: looked at first, then kept, and taken back on request."""
