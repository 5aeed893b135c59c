"""One fibre on the bench: what a physiologist would measure on it, with the kernels of the episodes."""
