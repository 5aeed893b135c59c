"""Readings of the checks as a table for the terminal, as JSON, as docs/checks.md."""

from typing import Any

import numpy as np

from nervejax import __version__
from nervejax.checks.bench import (
    A_DT_US,
    A_TEMPERATURE_DEGC,
    C_DT_US,
    C_TEMPERATURE_DEGC,
    SEEDS,
    parameters_sha256,
)
from nervejax.checks.plan import PLAN, TITLES
from nervejax.checks.reading import MOST, Reading
from nervejax.cli.model_tables import table

Found = dict[int, list[Reading]]
JSON_DIGITS = 6
HEAD = ("", "reading", "value", "unit", "band", "verdict", "", "")
WORTH_A_WORD = ("fail", "warn", "not modelled", "not run")

INTRO = """\
# The model against published measurements

Written by `{command} --write docs/checks.md`; change the code, not this page. A check that fails is a
finding about the model: nothing is tuned to make it pass here. `calibrated` says that constants of the
model were chosen so that this reading comes out, so that its pass shows a fit and no more; `validated`
says that none was. Planned for calibration were checks 1, 2, 5, 8, 10 and the half time of 16.
Outside its band a hard reading fails and a soft one warns.

A value over several fibres is their mean and range; it passes if all of them lie in the band, if
{most:g} % do where the band says so, or if their mean does where the recording was of a whole nerve.
Bands are two standard deviations, or a published range widened by a quarter. Most published numbers
were read in abstracts; one that was not seen in print is marked as recalled.

A fibres at {a:g} degC in steps of {a_dt:g} us; C fibres in steps of {c_dt:g} us, their trains and pairs
at {c:g} degC. Drawn fibres have the seeds {seeds}. nervejax {version}, parameters {sha}."""

REST = """\
## All 25 checks

"Fitted to check N" in the tables of constants means these numbers. H is hard, S soft. Those without a
verdict above need whole episodes."""


def as_text(found: Found) -> str:
    """A table for the terminal."""
    rows: list[tuple[str, ...]] = [HEAD]
    for number, readings in found.items():
        for k, r in enumerate(readings):
            rows.append((str(number) if k == 0 else "", *_cells(r)))
    width = [max(len(row[k]) for row in rows) for k in range(len(HEAD))]
    lines = [
        "  ".join(c.ljust(w) for c, w in zip(row, width, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([*lines, "", _count(found)])


def _cells(r: Reading) -> tuple[str, ...]:
    q = r.quantity
    unit = "" if q.unit == "1" else q.unit
    return q.words, r.text, unit, q.band_of, r.verdict, _grade(r), r.status


def _grade(r: Reading) -> str:
    return ("hard" if r.quantity.hard else "soft") if r.quantity.banded else ""


def _count(found: Found) -> str:
    verdicts = [r.verdict for readings in found.values() for r in readings]
    kinds = ("pass", "fail", "warn", "not modelled", "not run")
    return ", ".join(f"{verdicts.count(v)} {v}" for v in kinds if v in verdicts)


def as_json(found: Found) -> dict[str, Any]:
    """Everything, numbers rounded, a missing one null."""
    return {
        "nervejax": __version__, "parameters_sha256": parameters_sha256(), "seeds": list(SEEDS),
        "a_temperature_degC": A_TEMPERATURE_DEGC, "c_temperature_degC": C_TEMPERATURE_DEGC,
        "checks": [
            {"number": n, "title": TITLES[n], "readings": [_plain(r) for r in readings]}
            for n, readings in found.items()
        ],
    }  # fmt: skip


def _plain(r: Reading) -> dict[str, Any]:
    q = r.quantity
    values = None if r.values is None else [_number(x) for x in r.values]
    return {
        "reading": q.words, "unit": q.unit, "values": values, "low": _number(q.low),
        "high": _number(q.high), "judged": q.judged, "verdict": r.verdict, "grade": _grade(r),
        "status": r.status, "fitted": q.fitted, "source": q.source, "reason": _reason(r),
    }  # fmt: skip


def _number(x: float) -> float | None:
    return float(f"{x:.{JSON_DIGITS}g}") if np.isfinite(x) else None


def _reason(r: Reading) -> str:
    """Why it did not pass, as far as is known."""
    q = r.quantity
    if r.verdict == "not modelled":
        return q.absent
    if r.verdict == "not run":
        return "takes more than five minutes: --slow"
    return (q.why or "not explained yet") if r.verdict in ("fail", "warn") else ""


def as_markdown(found: Found, command: str) -> str:
    """The page: table, reasons, all 25 titles."""
    intro = INTRO.format(
        command=command, most=100 * MOST, a=A_TEMPERATURE_DEGC, a_dt=A_DT_US, c_dt=C_DT_US,
        c=C_TEMPERATURE_DEGC, seeds=", ".join(map(str, SEEDS)), version=__version__,
        sha=parameters_sha256()[:12],
    )  # fmt: skip
    head = ["", "reading", "value", "unit", "band", "verdict", "grade", "status", "source"]
    rows = [
        [str(n), *_cells(r), r.quantity.source] for n, readings in found.items() for r in readings
    ]
    parts = [intro, f"## Readings\n\n{_count(found)}.", table(head, rows)]
    reasons = [
        f"* {n}, {r.quantity.words}: {r.verdict}. {_sentence(_reason(r))}"
        for n, readings in found.items()
        for r in readings
        if r.verdict in WORTH_A_WORD
    ]
    if reasons:
        parts += ["## Why", "\n".join(reasons)]
    fitted = [
        f"* {n}, {r.quantity.words}: {r.quantity.fitted}."
        for n, readings in found.items()
        for r in readings
        if r.status == "calibrated"
    ]
    if fitted:
        parts += ["## What was fitted", "\n".join(fitted)]
    plan = [[str(p.number), p.title, p.sources, p.grade] for p in PLAN]
    parts += [REST, table(["", "observable", "sources", "grade"], plan)]
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
