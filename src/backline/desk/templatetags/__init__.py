"""The parts of the desk's pages that are written in one go."""
