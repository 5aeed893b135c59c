"""``nervejax run``: one episode, or with -m a sweep, as a Hydra application."""

import os
import sys
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import MISSING
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.cli import environment
from nervejax.cli.ending import failed, leave_nothing, shown
from nervejax.cli.progress import Progress
from nervejax.cli.sweep import run_batch
from nervejax.cli.usage import Parser, UsageError, existing_path
from nervejax.config.check import limits, settings
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from omegaconf import DictConfig

_EXAMPLES = """\
examples:
  nervejax run                                             one leg over the other
  nervejax run scenario=healthy population.n_abeta=50      another scenario, one key changed
  nervejax run -m pressure.peak_mmHg=60,90,120 seed=0,1,2  a sweep of nine runs
  nervejax run --config-dir my_configs scenario=my_chair   my_configs/scenario/my_chair.yaml
"""


def main(argv: Sequence[str]) -> int:
    """Check everything the user gave, then run it.

    Raises:
        UsageError: the input is wrong; nothing has been written.
    """
    options = _parser().parse_intermixed_args(argv)
    from nervejax.cli.compose import compose

    configs = compose(options.overrides, options.config_dir, options.config_name, options.multirun)
    if options.multirun and len({config.name for config in configs}) > 1:
        _keep_together(options.overrides)
    return _run_hydra(options)


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax run",
        usage="nervejax run [-m] [--config-dir DIR] [KEY=VALUE ...]",
        description="Simulate one episode and write it to results/NAME/TIME/.",
        formatter_class=RawDescriptionHelpFormatter,
        epilog=f"{_EXAMPLES}\n{_key_table()}",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("overrides", nargs="*", metavar="KEY=VALUE", help="settings that differ from the defaults")
    add("-m", "--multirun", action="store_true", help="a sweep: KEY=A,B runs once for each value")
    add("--config-dir", type=existing_path, metavar="DIR", help="folder of your own YAML files")
    add("--config-name", default="run", metavar="NAME", help="primary file (default: run)")
    add("--cfg", choices=("job", "hydra", "all"), help="print the configuration and stop")
    add("--resolve", action="store_true", help="with --cfg: put in the values of ${...}")
    return parser


def _run_hydra(options: Namespace) -> int:
    """Hand the checked command line to Hydra; it makes the folders and calls the task."""
    import hydra

    from nervejax.cli.compose import config_dir, register_schema

    flags = ["--multirun"] if options.multirun else []
    flags += ["--config-name", options.config_name]
    flags += ["--config-dir", str(options.config_dir.resolve())] if options.config_dir else []
    flags += ["--cfg", options.cfg] if options.cfg else []
    flags += ["--resolve"] if options.resolve else []
    statuses: list[int] = []
    folders: set[Path] = set()

    def task(composed: "DictConfig") -> None:
        from hydra.core.hydra_config import HydraConfig

        folders.add(Path(HydraConfig.get().sweep.dir))
        statuses.append(_task(composed))

    def batch_task(composed: "Sequence[DictConfig]", out_dirs: Sequence[Path], ended: Any) -> None:
        folders.update(Path(one.hydra.sweep.dir) for one in composed)
        statuses.extend(run_batch(composed, out_dirs, ended))

    task.batch_task = batch_task  # pyright: ignore[reportFunctionMemberAccess]
    register_schema()
    decorated = hydra.main(version_base="1.3", config_path=str(config_dir()), config_name="run")(
        task
    )
    with _process(["nervejax", *flags, *options.overrides]):
        try:
            decorated()
        except OSError as error:
            raise NervejaxError(f"cannot write the results: {error}") from error
    if options.multirun:
        _compare(folders)
    return max(statuses, default=0)


@contextmanager
def _process(argv: list[str]) -> Iterator[None]:
    """Hydra reads its words from the process; the variable keeps it from printing errors itself."""
    words, sys.argv = sys.argv, argv
    setting = os.environ.get("HYDRA_FULL_ERROR", "")
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        yield
    finally:
        sys.argv = words
        os.environ["HYDRA_FULL_ERROR"] = setting


def _task(composed: "DictConfig") -> int:
    """One episode; its exit status. A failure does not stop the other runs of a sweep."""
    from hydra.core.hydra_config import HydraConfig

    from nervejax.cli.compose import config_of

    hydra_config = HydraConfig.get()
    out_dir = Path(hydra_config.runtime.output_dir)
    try:
        config = config_of(composed)
        environment.prepare()
        from nervejax.simulate import simulate

        with Progress(config.duration.total_s) as progress:
            episode = Path(simulate(config, out_dir, progress, list(hydra_config.overrides.task)))
    except NervejaxError as error:
        status = failed(error)
        if not isinstance(error, UsageError):
            leave_nothing(out_dir)
        return status
    except Exception as error:
        return failed(error)
    shown(episode)
    return 0


def _compare(folders: set[Path]) -> None:
    """The page that compares the runs of a sweep, where their own reports were asked for and drawn."""
    for folder in folders:
        if any(folder.rglob("report.html")):
            from nervejax.analysis.report import write_sweep

            print(os.path.relpath(write_sweep(folder)))


def _keep_together(overrides: list[str]) -> None:
    """Put a sweep over several scenarios into one folder, not one per scenario."""
    if not any(word.lstrip("+").startswith("hydra.sweep.dir=") for word in overrides):
        overrides.append("hydra.sweep.dir='results/several/sweep-${now:%Y%m%dT%H%M%S-%f}'")


def _key_table() -> str:
    rows = []
    for key, setting in settings().items():
        meta = setting.metadata
        default = "" if setting.default is MISSING else _word(setting.default)
        allowed = limits(meta) or ", ".join(meta.get("choices") or ())
        rows.append((f"{key}={default}", f"{meta['doc']}" + (f" ({allowed})" if allowed else "")))
    width = max(len(left) for left, _ in rows)
    return "keys and their defaults:\n" + "\n".join(f"  {a:<{width}}  {b}" for a, b in rows)


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return str(list(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
