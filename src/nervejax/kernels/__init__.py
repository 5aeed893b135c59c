"""What one window of spiking does: jitted, no files, no configuration."""
