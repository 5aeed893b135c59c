"""What stepping only windows in full costs in accuracy, as it was measured; stored in every file.

``nervejax bench --windows --write`` measures it on a shortened episode and writes the numbers here.
"""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("windowing.json")
NUMERICS = (
    "dt_us", "duty", "active_gain", "release_window_s", "step_s", "rest_step_s", "release_step_s",
)  # fmt: skip
"""Settings that the errors belong to."""


def measured_errors(numerics: Any) -> dict[str, float]:
    """Errors of the windowed scheme against unbroken stepping, names end in their unit.

    Args:
        numerics: ``config.numerics`` of a run.

    Returns:
        The stored errors; nothing where the run steps otherwise than the measurement did.
    """
    stored = json.loads(FILE.read_text())
    same = all(getattr(numerics, key) == stored["numerics"][key] for key in NUMERICS)
    return dict(stored["errors"]) if same else {}


def as_text(numerics: Any, errors: dict[str, float], command: str) -> str:
    """The content of ``FILE``."""
    content = {
        "measured_by": command,
        "numerics": {key: getattr(numerics, key) for key in NUMERICS},
        "errors": {k: float(f"{v:.4g}") for k, v in errors.items()},
    }
    return json.dumps(content, indent=1) + "\n"
