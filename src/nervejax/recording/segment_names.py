"""Where the segments of a run lie."""

from pathlib import Path

FOLDER, ABOUT = "segments", "run.json"


def is_unfinished(out_dir: Path) -> bool:
    """Whether a folder holds a run that began and has not ended."""
    return (Path(out_dir) / FOLDER / ABOUT).is_file()
