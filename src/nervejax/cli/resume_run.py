"""Go on with a single run that was cut short, from its last segment."""

import sys
from pathlib import Path
from typing import Any

import yaml

from nervejax.cli import environment
from nervejax.cli.ending import blown_up, shown
from nervejax.cli.progress import Progress
from nervejax.cli.stopping import stopping
from nervejax.cli.sweep_ledgers import say_how_to_go_on
from nervejax.cli.usage import UsageError
from nervejax.config import Config, from_mapping, problems
from nervejax.errors import NervejaxError
from nervejax.recording import layout, segments
from nervejax.recording.ledger_lock import locked
from nervejax.recording.ledger_text import short_text
from nervejax.recording.segment_names import FOLDER, is_unfinished

HYDRA = ".hydra/config.yaml"


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a single run, finished or not."""
    return is_unfinished(folder) or any(
        (folder / name).is_file() for name in (layout.FILE_NAME, HYDRA)
    )


def resume_run(folder: Path) -> int:
    """Finish the run of a folder; the exit status.

    Raises:
        UsageError: nobody knows what was to be run.
        NervejaxError: its files are damaged, another process works there, or the run fails.
    """
    if not is_unfinished(folder) and (folder / layout.FILE_NAME).is_file():
        status = blown_up(folder / layout.FILE_NAME)
        print(f"{folder}: is whole; nothing to do")
        return status
    about = _about(folder)
    config = _sound(about["config"], folder)
    words = about.get("overrides")
    with locked(folder, FOLDER):
        environment.prepare()
        from nervejax.simulate import simulate

        total_s = config.duration.total_s
        try:
            with stopping() as stop, Progress(total_s) as progress:
                given = [str(word) for word in words] if isinstance(words, list) else []
                episode = Path(simulate(config, folder, progress, given, stop=stop))
        except KeyboardInterrupt:
            print(file=sys.stderr)
            say_how_to_go_on(folder)
            raise
    shown(episode)
    return blown_up(episode)


def _about(folder: Path) -> dict[str, Any]:
    """What is run: by its segments, or, if it was killed before there were any, by Hydra's file."""
    if is_unfinished(folder):
        return segments.read_about(folder)
    try:
        config = yaml.safe_load(short_text(folder / HYDRA) or "")
        words = yaml.safe_load(short_text(folder / HYDRA.replace("config", "overrides")) or "")
    except (yaml.YAMLError, ValueError, RecursionError):
        config = words = None
    if not isinstance(config, dict):
        raise UsageError(f"{folder}: was killed before anything of it was written; run it again")
    return {"config": config, "overrides": words}


def _sound(mapping: dict[str, Any], folder: Path) -> Config:
    config = from_mapping(mapping)
    if bad := problems(config):
        raise NervejaxError(f"{folder}: {'; '.join(bad)}")
    return config
