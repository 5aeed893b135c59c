"""Verdicts of the claims as a table for the terminal, as JSON, as docs/claims.md and as a page."""

import textwrap
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from nervejax import __version__
from nervejax.analysis.check_plot import Row, check_png
from nervejax.analysis.page import story, whole
from nervejax.analysis.page_figures import image_html
from nervejax.claims.claim import VERDICTS, Finding, Result
from nervejax.claims.table import Found
from nervejax.cli.model_tables import table

MAIN_WIDTH = 58
JSON_DIGITS = 6
SIGN = {None: "reported", True: "pass", False: "fail"}
INTRO = """\
# The claims of the article, tried

Written by `{command}`. A claim is an experiment on simulated nerves. It `holds` if every
criterion is met, is `refuted` if none is, or one marked with * is not, and else `holds in part`; where
nothing can be judged it `cannot be told`. Values are means over {seeds}, with the 95 % interval of
the mean where there are several; a value whose interval crosses its bound is marked ~. Nothing is
forced: criteria were written down before the episodes were run, and verdicts are computed from the
files named below each claim. Values stand under each calibration of the slow equations,
{physiologies}: `article` is the account of the source article, `literature` follows measured
nerves.{ablated}"""


def first(found: Found) -> dict[str, Result]:
    """Results of the first physiology."""
    return next(iter(found.values()))


def counts(found: Found) -> list[str]:
    """How many claims hold and so on, one line for each physiology."""
    out = []
    for name, results in found.items():
        given = [r.verdict for r in results.values()]
        out.append(f"{name}: " + ", ".join(f"{given.count(v)} {v}" for v in VERDICTS if v in given))
    return out


def marked(finding: Finding) -> str:
    """Value with its interval and what stands for it."""
    unit = finding.criterion.unit_text
    unit = f" {unit}" if unit and finding.text not in ("never", "cannot be told") else ""
    unclear = finding.interval is not None and finding.met is not None and not finding.sure
    return f"{finding.text}{unit}{' ~' if unclear else ''}"


def as_text(found: Found, folder: Path) -> str:
    """A row for each claim: its first criterion, values and verdicts, files and figure."""
    head = [
        "",
        "claim: first criterion",
        *(h for n in found for h in (n, "verdict")),
        "files, figure",
    ]
    lines = [head]
    for name, result in first(found).items():
        claim = result.claim
        criterion = next(iter(claim.criteria.values()))
        words = f"{claim.words}: {criterion.words}"
        cells = []
        for results in found.values():
            r = results[name]
            cells += [marked(r.findings[0]) if r.findings else "-", r.verdict]
        lines.append([name, words, *cells, f"{','.join(result.experiments)}; {name}.png"])
    out = []
    width = [
        max(len(line[k]) for line in lines) if k != 1 else MAIN_WIDTH for k in range(len(head))
    ]
    for line in lines:
        wrapped = textwrap.wrap(line[1], MAIN_WIDTH) or [""]
        for k, part in enumerate(wrapped):
            cells = [part if c == 1 else ("" if k else cell) for c, cell in enumerate(line)]
            out.append("  ".join(c.ljust(w) for c, w in zip(cells, width, strict=True)).rstrip())
    missing = [
        f"{n} {p}: {r.missing}" for p, rs in found.items() for n, r in rs.items() if r.missing
    ]
    where = f"files: {folder}/<physiology>/<file>/seed<k>/episode.h5"
    return "\n".join([*out, "", where, *missing, *counts(found)])


def as_json(found: Found, seeds: int, without: list[str]) -> dict[str, Any]:
    """Everything, numbers rounded; null = cannot be told, "inf" = never."""
    claims = []
    for name, result in first(found).items():
        claim = result.claim
        claims.append({
            "id": name, "claim": claim.words, "literature": claim.literature,
            "experiments": list(result.experiments), "figure": f"{name}.png",
            "results": {p: _plain(results[name]) for p, results in found.items()},
        })  # fmt: skip
    return {
        "nervejax": __version__,
        "seeds": list(range(seeds)),
        "without": without,
        "claims": claims,
    }


def _plain(result: Result) -> dict[str, Any]:
    return {
        "verdict": result.verdict, "missing": result.missing,
        "criteria": [
            {
                "criterion": f.criterion.words, "unit": f.criterion.unit,
                "low": _number(f.criterion.low), "high": _number(f.criterion.high),
                "key": f.criterion.key, "values": [_number(x) for x in f.values],
                "mean": _number(f.mean),
                "interval": None if f.interval is None else [_number(x) for x in f.interval],
                "met": f.met,
            }
            for f in result.findings
        ],
    }  # fmt: skip


def _number(x: float) -> float | str | None:
    if np.isnan(x):
        return None
    return float(f"{x:.{JSON_DIGITS}g}") if np.isfinite(x) else ("inf" if x > 0 else "-inf")


def intro(found: Found, command: str, seeds: int, without: list[str]) -> str:
    """What the numbers are, as Markdown."""
    off = f" Switched off in all of it: {', '.join(without)}." if without else ""
    return INTRO.format(
        command=command, seeds=f"{seeds} seeds" if seeds > 1 else "one seed", ablated=off,
        physiologies=" and ".join(f"`{name}`" for name in found),
    )  # fmt: skip


def criteria_rows(found: Found, name: str) -> list[list[str]]:
    """Criterion, band, and value and whether it is met under each physiology."""
    claim = first(found)[name].claim
    out = []
    for k, criterion in enumerate(claim.criteria.values()):
        cells = []
        for results in found.values():
            findings = results[name].findings
            told = {None: "", True: "yes", False: "no"}[findings[k].met] if findings else ""
            cells += [marked(findings[k]) if findings else "not run", told]
        band = (
            f"{criterion.band} {criterion.unit_text}".rstrip() if criterion.banded else "reported"
        )
        band += " *" if criterion.key else ""
        out.append([criterion.words, band, *cells])
    return out


def as_markdown(found: Found, command: str, seeds: int, without: list[str]) -> str:
    """The page: verdicts, then the criteria of each claim with literature and files."""
    verdicts = [
        [name, r.claim.words, *(results[name].verdict for results in found.values())]
        for name, r in first(found).items()
    ]
    parts = [intro(found, command, seeds, without), "\n".join(f"* {c}." for c in counts(found)),
             table(["", "claim", *found], verdicts)]  # fmt: skip
    head = ["criterion", "met if", *(h for name in found for h in (name, ""))]
    for name, r in first(found).items():
        said = " ".join(results[name].verdict + f" ({p})," for p, results in found.items()).rstrip(
            ","
        )
        parts += [f"## {name}: {r.claim.words}\n\n{said}", table(head, criteria_rows(found, name))]
        if r.claim.literature:
            parts.append(f"Published: {r.claim.literature}")
        parts.append(f"Episodes: {', '.join(r.experiments)}.")
    return "\n\n".join(parts) + "\n"


def as_html(
    found: Found, command: str, seeds: int, without: list[str], figures: dict[str, bytes]
) -> str:
    """The page with figures, opens offline."""
    title, prose = intro(found, command, seeds, without).split("\n\n", 1)
    heads = "".join(f"<th>{escape(n)}</th>" for n in found)
    rows = "".join(
        f"<tr><td><a href='#{n}'>{n}</a></td><td>{escape(r.claim.words)}</td>"
        + "".join(f"<td>{escape(results[n].verdict)}</td>" for results in found.values()) + "</tr>"
        for n, r in first(found).items()
    )  # fmt: skip
    parts = "".join(_section(found, name, figures) for name in first(found))
    return whole(
        "Claims - nervejax",
        f"""<h1>{escape(title.lstrip("# "))}</h1>
{story(counts(found))}
<p class="note">{escape(prose).replace("`", "")}</p>
<div class="wide"><table><thead><tr><th></th><th>claim</th>{heads}</tr></thead>
<tbody>{rows}</tbody></table></div>
{parts}""",
    )


def _section(found: Found, name: str, figures: dict[str, bytes]) -> str:
    claim = first(found)[name].claim
    said = ", ".join(f"{results[name].verdict} ({p})" for p, results in found.items())
    pictures = ""
    if name in figures:
        pictures = _figure(figures[name], f"{claim.axes[1]} against {claim.axes[0]}")
        rows = _rows(found, name)
        pictures += _figure(check_png(rows), "criteria and values") if rows else ""
    head = "".join(
        f"<th>{escape(h)}</th>" for h in
        ("criterion", "met if", *(h for n in found for h in (n, "")))
    )  # fmt: skip
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in criteria_rows(found, name)
    )
    published = f"<p>Published: {escape(claim.literature)}</p>" if claim.literature else ""
    return (
        f"<h2 id='{name}'>{name}: {escape(claim.words)}</h2>"
        f"<p><strong>{escape(said)}</strong></p>{pictures}"
        f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"{published}<p class='note'>Episodes: {escape(', '.join(first(found)[name].experiments))}</p>"
    )


def _figure(png: bytes, told: str) -> str:
    return f"<figure>{image_html(png, told)}</figure>"


def _rows(found: Found, name: str) -> list[Row]:
    """What the figure of the criteria shows."""
    out = []
    for k, c in enumerate(first(found)[name].claim.criteria.values()):
        values: dict[str, tuple[np.ndarray | None, str]] = {
            p: (f.values[np.isfinite(f.values)], SIGN[f.met])
            for p, results in found.items() if results[name].findings
            for f in [results[name].findings[k]]
        }  # fmt: skip
        if values:
            out.append(Row(c.words, c.unit_text, c.low, c.high, c.key, values))
    return out
