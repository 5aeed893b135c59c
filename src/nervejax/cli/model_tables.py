"""Tables of ``nervejax models``: what the code holds, as Markdown."""

import re
from collections.abc import Iterable, Sequence
from types import ModuleType

from nervejax.cli import model_words as words
from nervejax.fibre import models, unmyelinated
from nervejax.kernels.myelinated import NOISE_TAU_MS
from nervejax.membranes.constant import Constant, Gate
from nervejax.membranes.registry import MYELINATED, UNMYELINATED
from nervejax.population import geometry, internode
from nervejax.population.classes import CLASSES
from nervejax.units import thermal_voltage_mV

MEMBRANES: dict[str, ModuleType] = MYELINATED | UNMYELINATED
IONS = words.IONS | {"myelinated": words.IONS["myelinated"].format(*NOISE_TAU_MS)}
WIDEST = 42  # a column wider than this is not padded
CITED = re.compile(r"\b((?:\w+) et al\. \d{4}), doi:(10\.[^\s;,)|]+[^\s;,)|.])")


def number(value: float) -> str:
    """Seven digits at most, exponents without padding."""
    return re.sub(r"e([+-])0+", r"e\1", f"{value:.7g}").replace("e+", "e")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, padded for the eye; a column without content is left out."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    keep = [k for k in range(len(head)) if any(row[k] for row in cells)]
    lines = [[head[k] for k in keep], *([row[k] for k in keep] for row in cells)]
    width = [max(len(line[k]) for line in lines) for k in range(len(keep) - 1)] + [0]
    width = [w if w <= WIDEST else 0 for w in width]
    lines.insert(1, ["-" * max(w, 3) for w in width])
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, width, strict=True)) + " |"
        for line in lines
    )


def with_references(text: str) -> str:
    """Citations `Name et al. YEAR, doi:X` become links that are resolved at the end of the text."""
    found: dict[str, str] = {}

    def link(match: re.Match) -> str:
        if found.setdefault(match[1], match[2]) != match[2]:
            return match[0]  # two papers of one name and year: spelt out
        return f"[{match[1]}]"

    text = CITED.sub(link, text)
    return (
        text + "\n\n" + "\n".join(f"[{k}]: https://doi.org/{v}" for k, v in sorted(found.items()))
    )


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _deviation(module: ModuleType) -> str:
    """What the docstring says of deviations: its first sentence."""
    found = re.search(r"Deviations[^:]*:\s*(.*?)\.?(?:\.\s|\n\n|\s*\Z)", module.__doc__ or "", re.S)
    return " ".join(found[1].split()).replace("``", "`") if found else ""


def _classes(name: str) -> list[str]:
    return [k for k, known in models.MEMBRANES.items() if name in known]


def _ions_move(name: str) -> bool:
    return any(constant.unit == "mM" for constant in MEMBRANES[name].CONSTANTS.values())


def _shape(name: str) -> str:
    if name in UNMYELINATED:
        return f"cylinder, {number(models.C_RANGE_UM[0])}-{number(models.C_RANGE_UM[1])}"
    return "; ".join(f"{g} {_range(g)}" for g in MYELINATED[name].GEOMETRIES)


def _range(shape: str) -> str:
    low, high = geometry.RANGE_UM.get(shape, (min(geometry.DISCRETE), max(geometry.DISCRETE)))
    return f"{number(low)}-{number(high)}"


def _run_here(name: str) -> str:
    own = [CLASSES[k].label for k in _classes(name) if models.OWN_MEMBRANE[k] == name]
    out = ["default of " + " and ".join(own)] if own else [_code(f"--membrane {name}")]
    if name in UNMYELINATED:
        out.append("passive ends, cut off" if name in models.CUT_ENDS else "active ends")
    return "; ".join(out)


def overview(names: Sequence[str]) -> str:
    """One row per model."""
    rows = []
    for name in names:
        source, deviation = words.OVERVIEW.get(name, ("see below", ""))
        rows.append([
            name, ", ".join(CLASSES[k].label for k in _classes(name)), source, _shape(name),
            "ions and pump" if _ions_move(name) else "nothing: potentials fixed",
            deviation or _deviation(MEMBRANES[name]) or "none", _run_here(name),
        ])  # fmt: skip
    head = ("model", "fibres", "source", "geometry, D [um]", "what moves", "deviation", "run here")
    return "## Overview\n\n" + table(head, rows)


def geometries() -> str:
    """Dimensions of myelinated fibres and the constants of their cable."""
    rows = []
    for name in geometry.GEOMETRIES:
        made = geometry.MADE_FOR_UM.get(name)
        rows.append([
            name, ("only the rows below, " if name == "discrete" else "") + _range(name),
            f"{number(made)} um" if made else "", words.GEOMETRY_SOURCES.get(name, "see code"),
        ])  # fmt: skip
    listed = [[number(d), *map(number, row)] for d, row in geometry.DISCRETE.items()]
    formulas = [
        [name, *(_code(words.POLYNOMIALS[g].get(name, "")) for g in words.POLYNOMIALS)]
        for name in geometry.COLUMNS
    ]
    return "\n\n".join([
        "## Geometries of myelinated fibres",
        table(("geometry", "diameters [um]", "made for up to", "source"), rows),
        "internode_um is node to node, flut_um a length, axon_um and node_um are diameters.\n"
        f"A node is {number(geometry.NODE_LENGTH_UM)} um long, a MYSA {number(geometry.MYSA_LENGTH_UM)}; "
        "the six STIN share the rest.",
        "Discrete:", table(("D", *geometry.COLUMNS), listed),
        "Polynomials:", table(("", *words.POLYNOMIALS), formulas),
    ])  # fmt: skip


def cables(myelinated: bool, c: bool) -> str:
    """Equations between the membranes."""
    out = ["## Cables"]
    if myelinated:
        out += ["### Double cable", words.DOUBLE_CABLE.format(
            layers=geometry.LAYERS, bench=internode.SLOW_MODES, episodes=internode.MERGED_MODES
        )]  # fmt: skip
        mrg = words.MRG
        out.append(constants({
            "rho": Constant(geometry.AXIAL_RESISTIVITY_OHM_CM, "ohm cm", mrg, "inside and periaxonal"),
            "c_my": Constant(internode.MYELIN_UF_PER_CM2, "uF/cm2", mrg, "a membrane; two per lamella"),
            "g_my": Constant(internode.MYELIN_S_PER_CM2, "S/cm2", mrg, "a membrane; two per lamella"),
            "c_m": Constant(internode.AXOLEMMA_UF_PER_CM2, "uF/cm2", mrg,
                            "axolemma of the internode; the node's is a constant of the membrane"),
        }))  # fmt: skip
    if c:
        out += ["### C fibre", words.C_CABLE.format(
            count=unmyelinated.COMPARTMENTS, spacing=unmyelinated.SPACING_UM
        )]  # fmt: skip
    return "\n\n".join(out)


def constants(known: dict[str, Constant]) -> str:
    """Name, value, unit, source, note."""
    rows = [[_code(k), number(c.value), c.unit, c.source, c.note] for k, c in known.items()]
    return table(("constant", "value", "unit", "source", "note"), rows)


def _gates(known: dict[str, Gate]) -> str:
    out = []
    for first, second in (("alpha", "beta"), ("steady", "tau")):
        rows = [
            [_code(k), _code(getattr(g, first)), _code(getattr(g, second)),
             _code(g.temperature_factor), g.source]
            for k, g in known.items() if getattr(g, first)
        ]  # fmt: skip
        if rows:
            out.append(table(("gate", first, second, "q", "source"), rows))
    return "\n\n".join(out)


def _equations(module: ModuleType) -> str:
    """Currents as a list; where a module has no table of them, the block in its docstring."""
    if currents := getattr(module, "CURRENTS", None):
        return "\n".join(f"* {place}: `{formula}`" for place, formula in currents.items())
    block = [line[4:] for line in (module.__doc__ or "").splitlines() if line.startswith("    ")]
    return "\n".join(["```", *block, "```"]) if block else ""


def _tuned(name: str) -> list[str]:
    """What classes of fibres have of their own."""
    out, known = [], MEMBRANES[name].CONSTANTS
    for kind, fibre_class in CLASSES.items():
        if tuned := fibre_class.tuned.get(name):
            why = {
                k: text
                for keys, text in words.TUNED_WHY.get((kind, name), {}).items()
                for k in keys
            }
            rows = [
                [
                    _code(k),
                    number(known[k].value),
                    number(value),
                    known[k].unit,
                    why.get(k, "fitted"),
                ]
                for k, value in tuned.items()
            ]
            out += [f"{fibre_class.label} fibres differ:",
                    table(("constant", "above", fibre_class.label, "unit", "why"), rows)]  # fmt: skip
    return out


def membrane(name: str) -> str:
    """The section of one membrane."""
    module = MEMBRANES[name]
    summary = (module.__doc__ or "").splitlines()[0]
    ions = IONS["c" if name in UNMYELINATED else "myelinated"] if _ions_move(name) else ""
    parts = [
        f"## {name}", summary, _equations(module), ions, constants(module.CONSTANTS),
        *_tuned(name), _gates(module.GATES),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def conflicts(names: Sequence[str]) -> str:
    """Known contradictions that concern these models."""
    found = [text for concerned, text in words.CONFLICTS if set(concerned) & set(names)]
    return "\n".join(["## Where sources disagree", "", *(f"* {text}" for text in found)])


def document(names: Sequence[str]) -> str:
    """The page of some models, by names of ``MEMBRANES`` in their order."""
    myelinated = any(name in MYELINATED for name in names)
    parts = [
        words.INTRO, overview(names), words.CONVENTIONS.format(thermal=thermal_voltage_mV(37.0)),
        *([geometries()] if myelinated else ()),
        cables(myelinated, any(name in UNMYELINATED for name in names)),
        *map(membrane, names), conflicts(names),
    ]  # fmt: skip
    return with_references("\n\n".join(parts)) + "\n"
