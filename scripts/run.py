"""``python scripts/run.py [HYDRA OVERRIDES]``: the same as ``nervejax run``."""

import sys

from nervejax.cli.main import main

sys.exit(main(["run", *sys.argv[1:]]))
