"""Stored episodes of the experiments: where they lie, whether they are still those asked for."""

import copy
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nervejax import __version__
from nervejax.analysis.whole_file import write_whole
from nervejax.checks.experiments import EXPERIMENTS, Experiment, arterial_pressure_rel
from nervejax.checks.reading import NOT_QUICK, NotRun
from nervejax.config import Config, to_mapping
from nervejax.errors import NervejaxError
from nervejax.recording.layout import FILE_NAME
from nervejax.recording.model import EpisodeRecord
from nervejax.recording.reader import read_episode

HASH_NAME = "config.sha256"
KEPT_IN_MEMORY = 12

Compose = Callable[[Sequence[str]], list[Config]]


@dataclass(frozen=True)
class Job:
    """One episode that is to be there. cost_s: about what it takes on one core."""

    physiology: str
    experiment: str
    seed: int
    config: Config
    folder: Path
    sha256: str
    cost_s: float

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.physiology}/{self.experiment} seed {self.seed}"

    @property
    def is_stored(self) -> bool:
        """Whether a whole episode of exactly this configuration and model lies there."""
        stamp = self.folder / HASH_NAME
        if not (stamp.is_file() and (self.folder / FILE_NAME).is_file()):
            return False
        return stamp.read_text().strip() == self.sha256

    def forget(self) -> None:
        """From now on what lies there is not taken for this episode."""
        (self.folder / HASH_NAME).unlink(missing_ok=True)

    def discard_unfinished(self) -> None:
        """Remove what a run that was cut short left beside the episode."""
        (self.folder / f"{FILE_NAME}.partial").unlink(missing_ok=True)

    def stamp(self) -> None:
        """Say of which configuration and model the episode that lies there is."""
        write_whole(self.folder / HASH_NAME, f"{self.sha256}\n".encode())


class Store:
    """Episodes below a folder: ``<physiology>/<experiment>/seed<k>/``.

    Args:
        folder: of all of them.  compose: from Hydra words to configurations.
        seeds: of every experiment; as many as each wants if None.
        model_sha256: hash of the constants that are not in a configuration.
        experiments: what there is, by name.  words: Hydra words after those of every experiment.
    """

    def __init__(
        self, folder: Path, compose: Compose, seeds: int | None, model_sha256: str = "",
        experiments: Mapping[str, Experiment] = EXPERIMENTS, words: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.folder, self.seeds, self._model = folder, seeds, model_sha256
        self.experiments, self._words = experiments, list(words)
        self._compose, self._read = compose, lru_cache(KEPT_IN_MEMORY)(read_episode)
        self._composed: dict[tuple[str, str], Config] = {}
        self._wanted: dict[tuple[str, str], list[Job]] = {}
        self._failed: dict[tuple[str, str], str] = {}

    def seeds_of(self, experiment: str) -> int:
        """How many episodes an experiment has."""
        return self.experiments[experiment].seeds if self.seeds is None else self.seeds

    def config(self, physiology: str, experiment: str, seed: int = 0) -> Config:
        """The configuration of one episode."""
        key, plan = (physiology, experiment), self.experiments[experiment]
        if key not in self._composed:
            (self._composed[key],) = self._compose([*plan.words(physiology), *self._words])
        config = copy.deepcopy(self._composed[key])
        config.seed = seed
        if plan.subjects:
            config.physiology.perfusion.mean_arterial_mmHg *= arterial_pressure_rel(seed)
        return config

    def jobs(self, physiology: str, experiments: Iterable[str]) -> list[Job]:
        """Every episode of these experiments; remembered as wanted."""
        found = []
        for name in experiments:
            new = [self._job(physiology, name, seed) for seed in range(self.seeds_of(name))]
            self._wanted[physiology, name] = new
            found += new
        return found

    def _job(self, physiology: str, experiment: str, seed: int) -> Job:
        config = self.config(physiology, experiment, seed)
        said = json.dumps([to_mapping(config), __version__, self._model], sort_keys=True)
        folder = self.folder / physiology / experiment / f"seed{seed}"
        sha = hashlib.sha256(said.encode()).hexdigest()
        cost = self.experiments[experiment].cost_s
        return Job(physiology, experiment, seed, config, folder, sha, cost)

    def fail(self, job: Job, reason: str) -> None:
        """Remember that an episode could not be made."""
        self._failed.setdefault((job.physiology, job.experiment), f"{job.name}: {reason}")

    def records(self, physiology: str, experiment: str) -> list[EpisodeRecord]:
        """The episodes of one experiment, one per seed.

        Raises:
            NotRun: one of them failed, or it was not asked for.
        """
        key = (physiology, experiment)
        if key in self._failed:
            raise NotRun(self._failed[key])
        if key not in self._wanted:
            raise NotRun(NOT_QUICK)
        try:
            return [self._read(job.folder) for job in self._wanted[key]]
        except NervejaxError as error:
            raise NotRun(str(error)) from error
