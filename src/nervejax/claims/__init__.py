"""Claims of the source article, each an experiment with a verdict by stated criteria."""
