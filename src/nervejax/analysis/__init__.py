"""What an episode means: read-out, summary, sentences, figure, report. NumPy only, never JAX."""
