"""Other simulators as optional checks: the same published models, stated a second time."""
