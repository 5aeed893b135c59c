"""From YAML files and overrides to a checked Config."""

from collections.abc import Sequence
from pathlib import Path

from hydra import initialize_config_dir
from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig

from nervejax.cli.composer import Composer, plain
from nervejax.cli.objective import objective_problems
from nervejax.cli.overrides import Groups, override_problems, parse, unfold
from nervejax.cli.sweeper import Sweeper, find_sweeper
from nervejax.cli.usage import UsageError
from nervejax.config import Config, from_mapping, problems, to_mapping
from nervejax.config.check import sections, structure_problems

CONFIG_NAME = "run"


def register_schema() -> None:
    """Let ``schema`` in a defaults list stand for every key with its default."""
    ConfigStore.instance().store(name="schema", node=to_mapping(Config()), provider="nervejax")


def config_dir() -> Path:
    """The folder of the YAML files: the copy in an installed wheel, else the checkout's."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "configs", package.parents[1] / "configs"):
        if (folder / f"{CONFIG_NAME}.yaml").is_file():
            return folder
    raise UsageError(f"configs/{CONFIG_NAME}.yaml is missing; install nervejax again")


def find_groups(folders: Sequence[Path]) -> Groups:
    """Every folder of alternatives below the given ones and the names in it."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for file in folder.rglob("*.yaml"):
            group = file.parent.relative_to(folder).as_posix()
            if group != "." and not any(part.startswith(".") for part in Path(group).parts):
                found.setdefault(group, set()).add(file.stem)
    return {group: sorted(names) for group, names in sorted(found.items())}


def compose(
    words: Sequence[str] = (),
    extra_dir: Path | None = None,
    config_name: str = CONFIG_NAME,
    sweep: bool = False,
) -> list[Config]:
    """The checked configuration of each run that the overrides ask for.

    Args:
        words: Hydra overrides, such as ``scenario=healthy`` or ``seed=3``.
        extra_dir: a folder of the user's own YAML files, searched after the package's.
        config_name: the primary file.
        sweep: whether ``key=1,2`` asks for two runs.

    Returns:
        One Config, or in a sweep one for each run.

    Raises:
        UsageError: one line for each thing that is wrong.
    """
    folders = [config_dir()] + ([extra_dir] if extra_dir else [])
    groups = find_groups(folders)
    overrides = parse(words, groups)
    where = [_search_path(extra_dir)] if extra_dir else []
    register_schema()
    sweeper = Sweeper()
    if sweep:
        sweeper = find_sweeper(overrides, groups, str(folders[0]), config_name, where)
    bad = override_problems(overrides, groups, sweep, sweeper.searches)
    if bad:
        raise UsageError(*bad)
    with initialize_config_dir(str(folders[0]), version_base="1.3"):
        composed = Composer(config_name, where)
        runs = [composed(run) for run in unfold(overrides, groups, sweeper.searches)]
    configs, lines = [], []
    for run in runs:
        found = _misplaced(run, groups) or structure_problems(run)
        config = None if found else from_mapping(run)
        lines += found if config is None else problems(config)
        configs += [] if config is None else [config]
    lines = lines or objective_problems(configs, sweeper)
    if lines:
        raise UsageError(*dict.fromkeys(lines))
    return configs


def config_of(composed: DictConfig) -> Config:
    """The Config that Hydra hands to a run.

    Raises:
        UsageError: it is not sound (a sweep written in YAML is only seen here).
    """
    config = from_mapping(plain(composed))
    bad = problems(config)
    if bad:
        raise UsageError(*bad)
    return config


def _misplaced(run: dict, groups: Groups) -> list[str]:
    """Files of a group that put their keys below the group's name instead of at the top."""
    strays = [name for name in run if name in groups and name not in sections()]
    return [
        f"the file of {name} must hold keys, and its first line must be '# @package _global_'"
        for name in strays
    ]


def _search_path(folder: Path) -> str:
    quoted = str(folder.resolve()).replace("\\", "\\\\").replace("'", "\\'")
    return f"hydra.searchpath=['file://{quoted}']"
