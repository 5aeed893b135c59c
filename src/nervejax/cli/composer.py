"""Hydra's composition of many configurations: 0.1 s each, so alike ones share it."""

import copy
import operator
import re
from functools import reduce

import yaml
from hydra import compose
from hydra.errors import MissingConfigException
from omegaconf import DictConfig, OmegaConf

from nervejax.cli.usage import UsageError
from nervejax.config import did_you_mean
from nervejax.config.check import settings

_NUMBER = re.compile(r"([\w.]+)=(-?(?:0|[1-9]\d*)(?:\.\d+)?)", re.ASCII)


class Composer:
    """Composes the runs of a sweep; those with the same words but for numbers share one composition.

    Args:
        config_name: the primary file.
        where: words about where files are.
    """

    def __init__(self, config_name: str, where: list[str]) -> None:
        self._name, self._where = config_name, where
        self._shared: dict[tuple, dict | None] = {}

    def __call__(self, words: list[str]) -> dict:
        """The whole configuration of a run as nested plain values.

        Raises:
            UsageError: Hydra cannot put it together.
        """
        numbers = {m[1]: m[2] for word in words if (m := _NUMBER.fullmatch(word))}
        numbers = {key: text for key, text in numbers.items() if key in settings()}
        rest = [word for word in words if word.partition("=")[0] not in numbers]
        if len(rest) + len(numbers) < len(words):  # a key is given twice
            return self._full(words)[0]
        kind = (*rest, *numbers)
        if kind not in self._shared:
            whole, refers = self._full(words)
            self._shared[kind] = None if refers else whole
            return copy.deepcopy(whole)
        shared = self._shared[kind]
        if shared is None:
            return self._full(words)[0]
        run = copy.deepcopy(shared)
        for key, text in numbers.items():
            *sections_, name = key.split(".")
            reduce(operator.getitem, sections_, run)[name] = yaml.safe_load(text)
        return run

    def _full(self, words: list[str]) -> tuple[dict, bool]:
        """Composed by Hydra, and whether a value refers to another."""
        try:
            composed = compose(self._name, words + self._where)
            return plain(composed), "${" in OmegaConf.to_yaml(composed)
        except Exception as error:
            raise UsageError(_words_of(error)) from error


def plain(composed: DictConfig) -> dict:
    """The values as nested dictionaries, references put in, without Hydra's own part."""
    whole = {str(key): composed[key] for key in composed if key != "hydra"}
    return {
        key: OmegaConf.to_container(value, resolve=True, throw_on_missing=True)
        if OmegaConf.is_config(value)
        else value
        for key, value in whole.items()
    }


def _words_of(error: BaseException) -> str:
    """What went wrong while YAML files were put together, in one line for the user."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, yaml.MarkedYAMLError) and cause.problem_mark is not None:
            mark = cause.problem_mark
            return f"{mark.name} line {mark.line + 1}: not valid YAML ({cause.problem})"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        group, _, name = str(error.missing_cfg_file).rpartition("/")
        if (group, name) == ("hydra/sweeper", "optuna"):
            return "hydra/sweeper=optuna needs Optuna: pip install 'nervejax[optuna]'"
        hint = did_you_mean(name, error.options or ())
        known = f" (available: {', '.join(error.options)})" if error.options else ""
        return f"unknown {group or 'configuration file'} '{name}'{hint}{known}"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("To append to your config")]
    return f"configuration: {' - '.join(told[:2]) or type(error).__name__}"
