"""The command line. The only room that knows Hydra; JAX is imported late, so help is fast."""
