"""``nervejax run``: one episode, or with -m a sweep, as a Hydra application."""

import os
import sys
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import MISSING
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax.cli import distributed, environment
from nervejax.cli.ending import blown_up, failed, leave_nothing, shown
from nervejax.cli.objective import returned
from nervejax.cli.progress import Progress
from nervejax.cli.stopping import WALL_LIMIT, ended_like_ctrl_c, minutes, stopping, wall_limit
from nervejax.cli.sweep import GivenUp, run_batch
from nervejax.cli.sweep_ledgers import Ledgers, compare, say_how_to_go_on
from nervejax.cli.usage import Parser, UsageError, existing_path
from nervejax.config.check import limits, settings
from nervejax.errors import NervejaxError
from nervejax.recording.ledger_lock import locked
from nervejax.recording.segment_names import FOLDER, is_unfinished

if TYPE_CHECKING:
    from omegaconf import DictConfig

_EXAMPLES = """\
examples:
  nervejax run                                             one leg over the other
  nervejax run scenario=healthy population.n_abeta=50      another scenario, one key changed
  nervejax run -m pressure.peak_mmHg=60,90,120 seed=0,1,2  a sweep of nine runs
  nervejax run --config-dir my_configs scenario=my_chair   my_configs/scenario/my_chair.yaml
"""

STUDY_STOPPED = (
    "a run failed and the sweeper gave up; hydra.sweeper.max_failure_rate=1 lets Optuna go on"
)


def main(argv: Sequence[str]) -> int:
    """Check everything the user gave, then run it.

    Raises:
        UsageError: the input is wrong; nothing has been written.
    """
    options = _parser().parse_intermixed_args(distributed.spelled_out(argv))
    options.words = list(argv)
    if options.fail_fast and not options.multirun:
        raise UsageError("--fail-fast: is for a sweep, which needs -m")
    place = distributed.place_asked(options)
    from nervejax.cli.compose import compose

    configs = compose(options.overrides, options.config_dir, options.config_name, options.multirun)
    if options.multirun and len({config.name for config in configs}) > 1:
        _keep_together(options.overrides)
    if place and not options.cfg:
        return distributed.run(place, configs[0], lambda engine: _run_hydra(options, engine))
    return _run_hydra(options)


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax run",
        usage="nervejax run [-m [--fail-fast]] [--config-dir DIR] [KEY=VALUE ...]",
        description="Simulate one episode and write it to results/NAME/TIME/.",
        formatter_class=RawDescriptionHelpFormatter,
        epilog=f"{_EXAMPLES}\n{_key_table()}",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("overrides", nargs="*", metavar="KEY=VALUE", help="settings that differ from the defaults")
    add("-m", "--multirun", action="store_true", help="a sweep: KEY=A,B runs once for each value")
    add("--fail-fast", action="store_true", help="with -m: give up at the first run that fails")
    add("--wall-limit-min", type=minutes, metavar="MIN", help=WALL_LIMIT)
    add("--config-dir", type=existing_path, metavar="DIR", help="folder of your own YAML files")
    add("--config-name", default="run", metavar="NAME", help="primary file (default: run)")
    add("--cfg", choices=("job", "hydra", "all"), help="print the configuration and stop")
    add("--resolve", action="store_true", help="with --cfg: put in the values of ${...}")
    distributed.add_options(parser)
    return parser


def _run_hydra(options: Namespace, engine: Any = None) -> int:
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
    failures: list[Exception] = []
    ledgers = Ledgers(["run", *options.words])

    def task(composed: "DictConfig") -> Any:
        from hydra.core.hydra_config import HydraConfig

        folders.add(Path(HydraConfig.get().sweep.dir))
        status, told = _task(composed, engine)
        statuses.append(status)
        if status and options.fail_fast and options.multirun:
            raise GivenUp
        if isinstance(told, Exception):
            failures.append(told)
            raise told
        return told

    def batch_task(
        composed: "Sequence[DictConfig]", out_dirs: Sequence[Path], ended: Any, run_many: Any = None
    ) -> None:
        def noted(number: int, told: Any) -> None:
            failures.extend([told] if isinstance(told, Exception) else [])
            ended(number, told)

        folders.update(Path(one.hydra.sweep.dir) for one in composed)
        statuses.extend(
            run_batch(
                composed, out_dirs, noted, run_many, ledgers=ledgers, fail_fast=options.fail_fast
            )
        )

    task.batch_task = batch_task  # pyright: ignore[reportFunctionMemberAccess]
    register_schema()
    decorated = hydra.main(version_base="1.3", config_path=str(config_dir()), config_name="run")(
        task
    )
    with (
        _process(["nervejax", *flags, *options.overrides]), _going_on(ledgers),
        wall_limit(options.wall_limit_min),
    ):  # fmt: skip
        try:
            decorated()
        except GivenUp:
            _say_more(ledgers, "given up at the first run that failed; ")
            return 1
        except Exception as error:
            if not any(error is one for one in failures):  # those have been told
                raise _in_words(error) from error
            print(f"nervejax: {STUDY_STOPPED}", file=sys.stderr)
    if options.multirun:
        for folder in folders:
            compare(folder)
    if options.multirun and 1 in statuses:
        _say_more(ledgers, f"{statuses.count(1)} of {len(statuses)} runs failed; ")
    return max(statuses, default=0)


@contextmanager
def _going_on(ledgers: Ledgers) -> Iterator[None]:
    """Whatever ends a sweep before it is done, its ledgers are closed and the user knows how to go on."""
    with closing(ledgers), ended_like_ctrl_c():
        try:
            yield
        except KeyboardInterrupt:
            print(file=sys.stderr)
            _say_more(ledgers)
            raise


def _say_more(ledgers: Ledgers, why: str = "") -> None:
    for folder in ledgers.folders:
        say_how_to_go_on(folder, why)
    if why and not ledgers.folders:  # under another launcher there are none
        print(f"nervejax: {why.rstrip('; ')}", file=sys.stderr)


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


def _in_words(error: Exception) -> Exception:
    """An error of Hydra or a sweeper in words for the user, where there are some."""
    if isinstance(error, OSError):
        return NervejaxError(f"cannot write the results: {error}")
    if "No trials are completed" in str(error):  # Optuna, asked for the best one
        return NervejaxError("no trial gave a finite number, so there is no best one")
    if "`Study.stop`" in str(error):  # hydra-optuna-sweeper 1.3, its grid sampler
        return NervejaxError(
            "the last trial of Optuna's grid failed, so there is no list of the best"
        )
    return error


def _task(composed: "DictConfig", engine: Any = None) -> tuple[int, Any]:
    """One episode; its exit status, and what Hydra is told of it.

    A failure does not stop the other runs of a sweep.
    """
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from nervejax.cli.compose import config_of

    hydra_config = HydraConfig.get()
    out_dir = Path(hydra_config.runtime.output_dir)
    try:
        config = config_of(composed)
    except UsageError as error:
        status = failed(error)
        return status, returned(composed.output.objective, status, error)
    words = list(hydra_config.overrides.task)
    try:
        environment.prepare()
        from nervejax.simulate import simulate

        alone = not engine and config.output.segment_every_s > 0
        with (
            locked(out_dir, FOLDER) if alone else nullcontext(), stopping() as stop,
            Progress(config.duration.total_s) as progress,
        ):  # fmt: skip
            more = {"engine": engine} if engine else {"stop": stop}
            episode = Path(simulate(config, out_dir, progress, words, **more))
    except KeyboardInterrupt:
        if is_unfinished(out_dir):
            print(file=sys.stderr)
            say_how_to_go_on(out_dir)
        raise
    except Exception as error:
        status = failed(error)
        if isinstance(error, NervejaxError):
            leave_nothing(out_dir)
        return status, returned(config.output.objective, status, error)
    shown(episode)
    told = returned(config.output.objective, 0, episode)
    return (0 if hydra_config.mode == RunMode.MULTIRUN else blown_up(episode)), told


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
