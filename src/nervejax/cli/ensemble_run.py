"""Run a planned ensemble in its folder: judged, locked, with progress; and how it ends."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nervejax.cli import environment
from nervejax.cli.progress import Progress
from nervejax.cli.stopping import ended_like_ctrl_c
from nervejax.cli.sweep_ledgers import say_how_to_go_on
from nervejax.cli.usage import UsageError
from nervejax.errors import NervejaxError

if TYPE_CHECKING:
    from nervejax.ensembles.plan import Plan
    from nervejax.ensembles.runner import Outcome


def begin(plan: "Plan", out: Path | None, fail_fast: bool, at_once: int | None) -> int:
    """Judge every row, then run; the exit status.

    Raises:
        UsageError: a row is not sound; nothing has been written.
    """
    from nervejax.ensembles.rows import row_problems

    if bad := row_problems(plan.base, plan.rows):
        raise UsageError(*bad)
    stamp = datetime.now().strftime("%Y%m%dT%H%M%S-%f")
    folder = out or Path("results") / plan.base.name / f"ensemble-{stamp}"
    return _locked_run(plan, folder, fail_fast, at_once, known=False)


def go_on(plan: "Plan", folder: Path, fail_fast: bool) -> int:
    """Go on with the ensemble of a folder; the exit status."""
    return _locked_run(plan, folder, fail_fast, None, known=True)


def _locked_run(
    plan: "Plan", folder: Path, fail_fast: bool, at_once: int | None, known: bool
) -> int:
    from nervejax.recording.ledger_lock import locked

    if not known:
        _check_folder(plan, folder)
    with locked(folder):
        if not known:
            _check_folder(plan, folder)  # another process may have begun meanwhile
            _settle(plan, folder)
        try:
            with ended_like_ctrl_c():
                outcome = _run(plan, folder, fail_fast, at_once)
        except BaseException:
            say_how_to_go_on(folder)
            raise
        return _finish(plan, folder, outcome)


def _check_folder(plan: "Plan", folder: Path) -> None:
    """Raise unless the folder is empty, or holds this very ensemble."""
    from nervejax.ensembles.plan import FILE_NAME, ROWS_NAME, load_plan
    from nervejax.recording.ledger_lock import FOLDER

    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"-o {folder}: is a file")
    if (folder / FILE_NAME).exists():
        if load_plan(folder).digest != plan.digest:
            raise UsageError(f"-o {folder}: holds another ensemble; name another folder")
        return
    foreign = [
        p for p in folder.iterdir() if p.name not in (ROWS_NAME, FOLDER) and p.suffix != ".part"
    ]
    if foreign:
        raise UsageError(f"-o {folder}: is not empty and holds no ensemble ({foreign[0].name})")


def _settle(plan: "Plan", folder: Path) -> None:
    from nervejax.ensembles.plan import FILE_NAME, save_plan

    if not (folder / FILE_NAME).exists():
        save_plan(plan, folder)


def _run(plan: "Plan", folder: Path, fail_fast: bool, at_once: int | None) -> "Outcome":
    environment.prepare()
    from nervejax.ensembles.runner import missing_s, run

    left_s = missing_s(plan, folder)
    if not left_s:
        return run(plan, folder, lambda *_: None, fail_fast, at_once)
    with Progress(left_s) as progress:
        return run(plan, folder, progress, fail_fast, at_once)


def _finish(plan: "Plan", folder: Path, outcome: "Outcome") -> int:
    """Say how it ended, draw its page, analyse it if it is a sensitivity analysis."""
    for row, problem in list(outcome.problems.items())[:10]:
        print(f"nervejax: row {row} failed: {problem}", file=sys.stderr)
    if len(outcome.problems) > 10:
        print(f"nervejax: and {len(outcome.problems) - 10} more rows failed", file=sys.stderr)
    told = f"{outcome.rows} rows: {outcome.done} done"
    told += f" ({outcome.before} of them before)" if outcome.before else ""
    print(told + (f", {outcome.failed} failed" if outcome.failed else ""))
    if outcome.path is None:
        say_how_to_go_on(folder, "given up; ")
        return 1
    print(os.path.relpath(outcome.path))
    from nervejax.analysis.ensemble_page import write_ensemble_page

    try:
        print(os.path.relpath(write_ensemble_page(outcome.path)))
    except NervejaxError as error:  # no matplotlib: the numbers are whole all the same
        print(f"nervejax: no page: {error}", file=sys.stderr)
    if plan.analysis is not None:
        from nervejax.cli.sensitivity import conclude

        conclude(plan, outcome.path)
    return 1 if outcome.failed else 0
