"""``python -m nervejax`` is the command ``nervejax``."""

import sys

from nervejax.cli.main import main

sys.exit(main())
