"""Settings of a run: what exists (``schema``) and whether the values are sound (``check``)."""

from nervejax.config.check import did_you_mean, from_mapping, problems, to_mapping
from nervejax.config.schema import Config

__all__ = ["Config", "did_you_mean", "from_mapping", "problems", "to_mapping"]
