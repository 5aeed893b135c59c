"""Thousands of points as one job and one file: rows, designs, plan, run, sensitivity."""
