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

Found = dict[str, dict[int, list[Reading]]]
"""Physiology: number of the check: its readings, in the same order under each physiology."""
JSON_DIGITS = 6
WORTH_A_WORD = ("fail", "warn", "not modelled", "not run")

INTRO = """\
# The model against published measurements

Written by `{command} --write docs/checks.md`; change the code, not this page. A check that fails is a
finding about the model: nothing is tuned to make it pass here. `calibrated` says that constants of the
model were chosen so that this reading comes out, so that its pass shows a fit and no more; `validated`
says that none was. Planned for calibration were checks 1, 2, 5, 8, 10 and the half time of 16.
Outside its band a hard reading fails and a soft one warns. Values stand under each calibration of the
slow equations, {physiologies}; checks of single fibres are the same under all.

A value over several fibres or seeds is their mean and range; it passes if all of them lie in the band,
if {most:g} % do where the band says so, or if their mean does where the recording was of a whole nerve.
Bands are two standard deviations, or a published range widened by a quarter. Most published numbers
were read in abstracts; one that was not seen in print is marked as recalled. An episode has eight
fibres of a class, or three times that where velocities are compared.

Single A fibres at {a:g} degC in steps of {a_dt:g} us; C fibres in steps of {c_dt:g} us, their trains and
pairs at {c:g} degC. Drawn fibres have the seeds {seeds}. nervejax {version}, parameters {sha}."""

REST = """\
## All 25 checks

"Fitted to check N" in the tables of constants means these numbers. H is hard, S soft."""


def rows(found: Found) -> list[tuple[int, tuple[Reading, ...]]]:
    """(number, the same reading under each physiology) for every reading."""
    first = next(iter(found.values()), {})
    return [
        (number, together)
        for number in first
        for together in zip(*(found[name][number] for name in found), strict=True)
    ]


def as_text(found: Found) -> str:
    """A table for the terminal."""
    lines: list[tuple[str, ...]] = [("", "reading", "unit", "band", *_heads(found), "", "")]
    last = None
    for number, together in rows(found):
        lines.append((str(number) if number != last else "", *_cells(together)))
        last = number
    width = [max(len(line[k]) for line in lines) for k in range(len(lines[0]))]
    text = [
        "  ".join(c.ljust(w) for c, w in zip(line, width, strict=True)).rstrip() for line in lines
    ]
    return "\n".join([*text, "", *_counts(found)])


def _heads(found: Found) -> list[str]:
    return [head for name in found for head in (name, "verdict")]


def _cells(together: tuple[Reading, ...]) -> tuple[str, ...]:
    q = together[0].quantity
    measured = [cell for r in together for cell in (r.text, r.verdict)]
    status = next((r.status for r in together if r.status), "")
    return q.words, q.unit_text, q.band_of, *measured, _grade(together[0]), status


def _grade(r: Reading) -> str:
    return ("hard" if r.quantity.hard else "soft") if r.quantity.banded else ""


def _counts(found: Found) -> list[str]:
    return [f"{name}: {count_text(readings)}" for name, readings in found.items()]


def count_text(found: dict[int, list[Reading]]) -> str:
    """How many readings of one physiology passed, failed and so on, in words."""
    verdicts = [r.verdict for readings in found.values() for r in readings]
    kinds = ("pass", "fail", "warn", "reported", "not modelled", "not run")
    return ", ".join(f"{verdicts.count(v)} {v}" for v in kinds if v in verdicts)


def as_json(found: Found, experiments: dict[int, dict[str, int]]) -> dict[str, Any]:
    """Everything, numbers rounded, a missing one null.

    Args:
        experiments: number of a check: experiment: how many seeds of it were asked for.
    """
    checks: dict[int, dict[str, Any]] = {}
    for number, together in rows(found):
        entry = {"number": number, "title": TITLES[number], "readings": []}
        if number not in checks:
            entry["experiments"] = {
                name: list(range(count)) for name, count in experiments.get(number, {}).items()
            }
        plain = checks.setdefault(number, entry)["readings"]
        plain.append(_plain(dict(zip(found, together, strict=True))))
    return {
        "nervejax": __version__, "parameters_sha256": parameters_sha256(), "seeds": list(SEEDS),
        "a_temperature_degC": A_TEMPERATURE_DEGC, "c_temperature_degC": C_TEMPERATURE_DEGC,
        "physiologies": list(found), "checks": list(checks.values()),
    }  # fmt: skip


def _plain(by_name: dict[str, Reading]) -> dict[str, Any]:
    one = next(iter(by_name.values()))
    q = one.quantity
    return {
        "reading": q.words, "unit": q.unit, "low": _number(q.low), "high": _number(q.high),
        "judged": q.judged, "grade": _grade(one), "fitted": q.fitted, "source": q.source,
        "results": {
            name: {
                "values": None if r.values is None else [_number(x) for x in r.values],
                "verdict": r.verdict, "status": r.status, "reason": r.reason,
            }
            for name, r in by_name.items()
        },
    }  # fmt: skip


def _number(x: float) -> float | None:
    return float(f"{x:.{JSON_DIGITS}g}") if np.isfinite(x) else None


def intro_text(found: Found, command: str) -> str:
    """What the numbers are, as Markdown."""
    return INTRO.format(
        command=command, most=100 * MOST, a=A_TEMPERATURE_DEGC, a_dt=A_DT_US, c_dt=C_DT_US,
        c=C_TEMPERATURE_DEGC, seeds=", ".join(map(str, SEEDS)), version=__version__,
        sha=parameters_sha256()[:12], physiologies=" and ".join(f"`{name}`" for name in found),
    )  # fmt: skip


def reasons(found: Found) -> list[str]:
    """One sentence for every reading that did not pass; once where it is the same everywhere."""
    out = []
    for number, together in rows(found):
        told: dict[tuple[str, str], list[str]] = {}
        for name, r in zip(found, together, strict=True):
            if r.verdict in WORTH_A_WORD:
                told.setdefault((r.verdict, r.reason), []).append(name)
        for (verdict, reason), names in told.items():
            where = "" if len(names) == len(found) else f" ({', '.join(names)})"
            words = together[0].quantity.words
            out.append(f"{number}, {words}: {verdict}{where}. {_sentence(reason)}")
    return out


def as_markdown(found: Found, command: str) -> str:
    """The page: table, reasons, all 25 titles."""
    head = ["", "reading", "unit", "band", *_heads(found), "grade", "status", "source"]
    cells = [[str(n), *_cells(t), t[0].quantity.source] for n, t in rows(found)]
    counts = "\n".join(f"* {line}." for line in _counts(found))
    parts = [intro_text(found, command), f"## Readings\n\n{counts}", table(head, cells)]
    why = reasons(found)
    if why:
        parts += ["## Why", "\n".join(f"* {line}" for line in why)]
    fitted = [
        f"* {n}, {t[0].quantity.words}: {t[0].quantity.fitted}."
        for n, t in rows(found)
        if any(r.status == "calibrated" for r in t)
    ]
    if fitted:
        parts += ["## What was fitted", "\n".join(fitted)]
    plan = [[str(p.number), p.title, p.sources, p.grade] for p in PLAN]
    parts += [REST, table(["", "observable", "sources", "grade"], plan)]
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
