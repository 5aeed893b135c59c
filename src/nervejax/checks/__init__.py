"""The model against published measurements: what is read, the band it must lie in, the verdict."""
