"""One episode: fast windows and slow steps, group by group."""
