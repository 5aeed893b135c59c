"""Wrong input: what the user typed or wrote in a YAML file cannot be run."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from nervejax.config import did_you_mean
from nervejax.errors import NervejaxError


class UsageError(NervejaxError):
    """One line per problem; exit status 2; raised before anything is written."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines: Sequence[str] = lines


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage block."""
        unknown = message.removeprefix("unrecognized arguments: ").split()[0]
        if unknown.startswith("-"):
            options = [word for action in self._actions for word in action.option_strings]
            message = f"unknown option {unknown}{did_you_mean(unknown, options)}"
        raise UsageError(f"{message} (see {self.prog} --help)")


def check_picture(path: Path) -> None:
    """Raise unless the name of a picture says which format it is to have."""
    if path.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise UsageError(f"--plot {path}: the name must end in .png, .svg or .pdf")


def existing_path(text: str) -> Path:
    """A path that is there, for use as an argument type."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"no such file or folder: {text}")
    return path
