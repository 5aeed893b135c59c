"""The ledgers of the folders in which one command runs a sweep, and how to go on after it."""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax import __version__
from nervejax.config import Config, to_mapping
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from nervejax.recording.sweep_ledger import PlannedRun


@dataclass(frozen=True)
class Entry:
    """A planned run of a sweep."""

    sweep: Path
    run: "PlannedRun"

    def note(self, error: Exception | None) -> None:
        """Write into the journal that the run ended, and why it failed."""
        from nervejax.recording.ledger_journal import note

        if error is None or isinstance(error, NervejaxError):
            problem = None if error is None else str(error)
        else:
            problem = f"{type(error).__name__}: {error}"
        note(self.sweep, self.run.index, problem)


class Ledgers:
    """Plans of the sweeps that one command runs; their folders are locked until ``close``.

    Attributes:
        folders: those that have a ledger.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = list(words)
        self.folders: list[Path] = []
        self._locks = ExitStack()

    def enter(
        self,
        composed: Sequence["DictConfig"],
        configs: Mapping[int, Config],
        folders: Sequence[Path],
    ) -> dict[int, Entry | None]:
        """Plan jobs; the plan is on the disk afterwards.

        Args:
            composed: what Hydra composed for each job, its own part in it.
            configs: number of a job -> its checked configuration; others are not planned.
            folders: where each will leave its files.

        Returns:
            Number of a job -> its place in a ledger; None where it has none, because its folder does not
            lie below that of its sweep (``hydra.sweep.subdir``).

        Raises:
            NervejaxError: another process works in a folder, its ledger is damaged, or the disk refuses.
        """
        found: dict[int, Entry | None] = dict.fromkeys(configs)
        sweeps: dict[Path, list[int]] = {}
        for number in configs:
            sweeps.setdefault(Path(os.path.abspath(composed[number].hydra.sweep.dir)), []).append(
                number
            )
        for sweep, numbers in sweeps.items():
            names = [Path(os.path.relpath(folders[n], sweep)).as_posix() for n in numbers]
            runs = self._plan(
                sweep, names, [composed[n] for n in numbers], [configs[n] for n in numbers]
            )
            found |= {
                n: None if run is None else Entry(sweep, run)
                for n, run in zip(numbers, runs, strict=True)
            }
        return found

    def close(self) -> None:
        """Let other processes into the folders."""
        self._locks.close()

    def _plan(
        self, sweep: Path, names: list[str], composed: list["DictConfig"], configs: list[Config]
    ) -> Sequence["PlannedRun | None"]:
        from omegaconf import OmegaConf

        from nervejax.recording.ledger_lock import locked
        from nervejax.recording.ledger_text import is_inside
        from nervejax.recording.sweep_ledger import Wanted, extend_plan

        outside = next((name for name in names if not is_inside(name)), None)
        if outside is not None:
            told = f"the run {outside!r} does not lie below {sweep}"
            print(f"nervejax: this sweep cannot be resumed: {told}", file=sys.stderr)
            return [None] * len(names)
        if sweep not in self.folders:
            self._locks.enter_context(locked(sweep))
            self.folders.append(sweep)
        wanted = []
        for name, one, config in zip(names, composed, configs, strict=True):
            whole: Any = OmegaConf.to_container(one, resolve=False, enum_to_str=True)
            typed = [str(word) for word in whole["hydra"]["overrides"]["task"]]
            wanted.append(Wanted(name, typed, to_mapping(config), whole))
        return extend_plan(sweep, wanted, self.words, __version__)


def say_how_to_go_on(folder: Path, why: str = "") -> None:
    """Print the command that finishes a sweep."""
    words = shlex.join(["nervejax", "resume", os.path.relpath(folder)])
    print(f"nervejax: {why}continue with: {words}", file=sys.stderr)


def compare(folder: Path) -> None:
    """The page that compares the runs of a sweep, where their own reports were asked for and drawn."""
    if any(folder.rglob("report.html")):
        from nervejax.analysis.report import write_sweep

        print(os.path.relpath(write_sweep(folder)))
