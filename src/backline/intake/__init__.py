"""How a problem enters: the technician's pages."""
