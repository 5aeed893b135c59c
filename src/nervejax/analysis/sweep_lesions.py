"""Published loads on nerves and what they left behind, for the map of pressure against time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesion:
    """What a load left behind in an animal.

    sign: its source in the caption.  mmHg: from, to.  minutes: how long it lasted.  left: a key of
    ``sweep_safety.MARKS``.  words: what was seen, and when.
    """

    sign: str
    mmHg: tuple[float, float]
    minutes: float
    left: str
    words: str


SOURCES = {
    "a": "Rydevik & Nordborg 1980 J Neurol Neurosurg Psychiatry 43:1070, rabbit tibial nerve, chamber",
    "b": "Dahlin et al. 1986 J Biomech Eng 108:120, rabbit",
    "c": "Pedowitz et al. 1991 Scand J Plast Reconstr Surg 25:109, rabbit, cuff",
    "d": "Rudge, Ochoa & Gilliatt 1974 J Neurol Sci 23:403, baboon, weighted cord",
    "e": "Schmelzer, Zochodne & Low 1989 PNAS 86:1639, rat, ischaemia without pressure",
}
LESIONS = (
    Lesion("a", (50.0, 50.0), 120.0, "none", "minimal change of velocity"),
    Lesion(
        "a", (200.0, 400.0), 120.0, "partial", "slowing, incomplete recovery, demyelination at 3 weeks"
    ),
    Lesion("b", (80.0, 80.0), 120.0, "partial", "incomplete recovery"),
    Lesion("c", (350.0, 350.0), 120.0, "none", "nodes normal, muscle response back in 1 to 2 days"),
    Lesion("c", (1000.0, 1000.0), 120.0, "complete", "complete block at 2 days"),
    Lesion("d", (552.0, 552.0), 90.0, "none", "no block after 18 to 24 h"),
    Lesion("d", (736.0, 736.0), 90.0, "partial", "partial block after 18 to 24 h"),
    Lesion("d", (1180.0, 1545.0), 90.0, "complete", "severe or complete block after 18 to 24 h"),
)  # fmt: skip
"""From the project's table of the literature, its section on acute compression. They do not agree: a and
b saw lasting harm at pressures at which c saw none. The authors of a are recalled, not read. Checks 13
and 14 hold the model against c and d.
"""
ISCHAEMIA = (
    (60.0, "none", "prompt, complete recovery"),
    (180.0, "complete", "under 10 % of the response recovers"),
)
"""Source e: minutes, a key of ``sweep_safety.MARKS``, what was seen; in a strip above the pressures."""
APART = {"a": 0.93, "c": 1.07}
"""Factor by which marks of a source are moved along time, where they would lie on one another."""


def safety_words() -> str:
    """The caption: what colours and marks are, what they are not, and every source."""
    seen: dict[str, list[str]] = {sign: [] for sign in SOURCES}
    for lesion in LESIONS:
        low, high = lesion.mmHg
        dose = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        seen[lesion.sign].append(f"{dose} mmHg for {lesion.minutes:g} min: {lesion.words}")
    seen["e"] = [f"{minutes:g} min: {words}" for minutes, _, words in ISCHAEMIA]
    sources = " ".join(f"({s}) {SOURCES[s]}. {'; '.join(told)}." for s, told in seen.items())
    return (
        "Colour: A fibres that do not conduct at the end of the simulated episode, of those that did "
        "before; white: not simulated. An episode ends minutes to hours after release, not days, so this "
        "is block that outlasts the episode, not a lasting lesion. Marks: what published loads left "
        "behind, hours to weeks later (a and c are moved apart by 7 % of the time). Their pressures are "
        "those of cords, chambers and cuffs on animals; the model's is tissue pressure with this "
        "scenario's stretch and edges. Runs without pressure or of no duration have no place on these "
        f"axes. {sources}"
    )
