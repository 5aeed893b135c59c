"""``python scripts/bench.py``: the same as ``nervejax bench``."""

import sys

from nervejax.cli.main import main

sys.exit(main(["bench", *sys.argv[1:]]))
