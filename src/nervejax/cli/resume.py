"""``nervejax resume DIR``: finish a run that was cut short, or run what a sweep still lacks."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nervejax import __version__
from nervejax.cli.ending import failed
from nervejax.cli.stopping import WALL_LIMIT, ended_like_ctrl_c, minutes, wall_limit
from nervejax.cli.sweep import GivenUp, Job, run_jobs
from nervejax.cli.sweep_ledgers import Entry, compare, say_how_to_go_on
from nervejax.cli.usage import Parser, UsageError, existing_path
from nervejax.config import Config, from_mapping, problems
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.recording.sweep_ledger import PlannedRun


def main(argv: Sequence[str]) -> int:
    """Finish a run, a sweep or an ensemble.

    Raises:
        UsageError: there is nothing to finish in the folder.
        NervejaxError: its ledger is damaged, or another process works there.
    """
    options = _parser().parse_args(argv)
    folder: Path = options.folder
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; resume wants that of a run or a sweep")
    with ended_like_ctrl_c(), wall_limit(options.wall_limit_min):
        return _resumed(folder, options.fail_fast)


def _resumed(folder: Path, fail_fast: bool) -> int:
    if (folder / "ensemble.json").is_file():
        from nervejax.cli import ensemble

        return ensemble.resume(folder, fail_fast)
    from nervejax.cli.resume_run import is_run, resume_run
    from nervejax.recording import sweep_ledger
    from nervejax.recording.ledger_lock import locked

    if sweep_ledger.read_plan(folder) is None:
        if is_run(folder):
            return resume_run(folder)
        where = f"{sweep_ledger.FOLDER}/{sweep_ledger.PLAN}"
        raise UsageError(f"{folder}: no run in it, and no ledger of a sweep ({where})")
    with locked(folder):
        try:
            return _resume(folder, sweep_ledger.read_plan(folder) or [], fail_fast)
        except KeyboardInterrupt:
            print(file=sys.stderr)
            say_how_to_go_on(folder)
            raise


def _resume(folder: Path, plan: "list[PlannedRun]", fail_fast: bool) -> int:
    from nervejax.recording import sweep_ledger

    missing = [run for run in plan if _is_due(folder, run)]
    others = sorted({run.nervejax for run in missing} - {__version__})
    if others:
        print(
            f"nervejax: planned with nervejax {', '.join(others)}, this is {__version__}: "
            "numbers may differ from those of the runs that are done",
            file=sys.stderr,
        )
    sweep_ledger.clean(folder, plan)
    statuses: dict[int, int] = {}
    jobs, runs = [], []
    for run in missing:
        entry = Entry(folder, run)
        try:
            jobs.append(Job(_config(run), folder / run.folder, run.overrides, run.folder, entry))
            runs.append(run)
        except NervejaxError as error:
            print(f"nervejax: run {run.folder} failed", file=sys.stderr)
            statuses[run.index] = failed(error)
            entry.note(error)

    def ended(index: int, status: int, _: Path | Exception) -> None:
        statuses[runs[index].index] = status
        _leave_hydras_files(folder, runs[index])

    given_up = fail_fast and bool(statuses)
    try:
        if not given_up:
            run_jobs(jobs, ended, fail_fast)
    except GivenUp:
        given_up = True
    for run in plan:
        if run not in missing:
            _complete(folder, run)
    bad = sum(map(bool, statuses.values()))
    if not given_up:
        compare(folder)
    print(
        f"{len(plan) - len(missing)} of {len(plan)} runs were whole; "
        f"{len(statuses) - bad} done now; {bad} failed"
    )
    if bad:
        why = "given up at the first run that failed; " if given_up else ""
        say_how_to_go_on(folder, why)
    return int(bad > 0)


def _is_due(folder: Path, run: "PlannedRun") -> bool:
    """Whether a run has to be run; says so where a file is there all the same."""
    from nervejax.recording import layout, sweep_ledger

    why = sweep_ledger.why_not_whole(folder, run)
    if why is not None and (folder / run.folder / layout.FILE_NAME).exists():
        print(f"nervejax: run {run.folder} is run again: {why}", file=sys.stderr)
    return why is not None


def _config(run: "PlannedRun") -> Config:
    """The configuration of the plan.

    Raises:
        NervejaxError: this version of nervejax does not take it.
    """
    config = from_mapping(run.config)
    bad = problems(config)
    if bad:
        raise NervejaxError("; ".join(bad))
    return config


def _complete(folder: Path, run: "PlannedRun") -> None:
    """Add what a whole run lacks because its process was killed after it had written its file."""
    if not all(path.exists() for path in _hydras_files(folder, run)):
        _leave_hydras_files(folder, run)
    home = folder / run.folder
    if run.config["output"]["report"] and not (home / "report.html").exists():
        from nervejax.analysis.report import write_report

        try:
            write_report(home)
        except NervejaxError as error:
            print(f"nervejax: no report: {error}", file=sys.stderr)


def _leave_hydras_files(folder: Path, run: "PlannedRun") -> None:
    """What Hydra leaves in the folder of a run, from what it composed when the sweep was planned."""
    for path, text in _hydras_files(folder, run).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if text or not path.exists():  # a log stays
            path.write_text(text, encoding="utf-8")


def _hydras_files(folder: Path, run: "PlannedRun") -> dict[Path, str]:
    """Path -> content. Hydra's logging is not set up anew: a plan of others could name any code."""
    from omegaconf import OmegaConf

    from nervejax.recording.ledger_text import is_inside

    home, composed = folder / run.folder, run.composed
    hydra = composed.pop("hydra", None)
    files = {}
    below, name = _at(hydra, "output_subdir"), _at(hydra, "job", "name")
    if isinstance(runtime := _at(hydra, "runtime"), dict):
        runtime["output_dir"] = str(home.resolve())
    if isinstance(below, str) and is_inside(below):
        contents = {"config": composed, "hydra": {"hydra": hydra}, "overrides": run.overrides}
        for stem, content in contents.items():
            text = OmegaConf.to_yaml(OmegaConf.create(content))
            files[home / below / f"{stem}.yaml"] = text
    if isinstance(name, str) and is_inside(name) and _at(hydra, "job_logging", "handlers", "file"):
        files[home / f"{name}.log"] = ""
    return files


def _at(value: Any, *keys: str) -> Any:
    """What stands there in nested dictionaries, or None."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _parser() -> Parser:
    parser = Parser(
        prog="nervejax resume",
        description="Finish a run that was cut short, from its last segment. Or run what a sweep still "
        "lacks: runs that were cut short, failed or never began, and those whose file is broken or has "
        "other settings than planned; what is whole stays as it is. The settings are those with which "
        "it was started, whatever the YAML files say now. An ensemble is finished in the same way.",
    )
    parser.add_argument(
        "folder", type=existing_path, metavar="DIR", help="folder of the run or sweep"
    )
    parser.add_argument(
        "--fail-fast", action="store_true", help="give up at the first run that fails"
    )
    parser.add_argument("--wall-limit-min", type=minutes, metavar="MIN", help=WALL_LIMIT)
    return parser
