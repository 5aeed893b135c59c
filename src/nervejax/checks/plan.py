"""All 25 checks: what is observed, against which papers, and how hard the verdict is.

Constants that say "fitted to check N" mean these numbers. H: outside the band the check fails.
S: it warns. Checks 1 to 9 are of single fibres, 10, 13 and 14 of the tissue, the others of episodes.
"""

from typing import NamedTuple


class Planned(NamedTuple):
    """One check. grade: ``H`` hard, ``S`` soft, or which part is which."""

    number: int
    title: str
    sources: str
    grade: str


PLAN = (
    Planned(1, "Diameters of myelinated fibres; C fibres per myelinated fibre",
            "Jacobs & Love 1985; Ochoa & Mair 1969", "H"),
    Planned(2, "Velocity over diameter, A fibres at 34-36 degC",
            "Tackmann, Spalke & Oginszus 1976; Boyd & Kalu 1979", "H"),
    Planned(3, "Velocity by class",
            "Van Hees & Gybels 1981; Konietzny et al. 1981; Brink & Mackel 1993",
            "H; exponent of C S"),
    Planned(4, "A-beta spike width, refractory period, how they go with velocity",
            "Brink & Mackel 1993; J Neurol Neurosurg Psychiatry 1981, 44:476", "H"),
    Planned(5, "Strength-duration time constant, sensory and motor",
            "Mogyoros, Kiernan & Burke 1996", "H"),
    Planned(6, "Recovery cycle at rest", "Kiernan et al. 2001; Kwai et al. 2016", "S"),
    Planned(7, "Activity-dependent slowing of C fibres; shortest interval",
            "Serra et al. 1999; Weidner et al. 2002", "H"),
    Planned(8, "Trains in A fibres: threshold after 8 Hz, discharge after 200 Hz",
            "Kiernan, Lin & Burke 2004; Kiernan et al. 1997", "H"),
    Planned(9, "Block by the conduction time of an internode; safety factor",
            "Inglis et al. 1998; Tasaki 1953", "H; safety factor S"),
    Planned(10, "Blood flow against pressure",
            "Rydevik, Lundborg & Bagge 1981; Olmarker et al. 1989; Takahashi et al. 1993", "H"),
    Planned(11, "Block against tissue pressure over 2 h in humans",
            "Lundborg et al. 1982; Gelberman et al. 1983; Hargens et al. 1993", "H"),
    Planned(12, "Cuffs above systolic pressure block at the same rate",
            "Klenerman, Tourniquet Manual; Lundborg et al. 1982", "H"),
    Planned(13, "Lasting mechanical lesion at 24-48 h",
            "Rudge, Ochoa & Gilliatt 1974; Pedowitz et al. 1991", "H"),
    Planned(14, "Geometry of that lesion",
            "Rudge, Ochoa & Gilliatt 1974; Ochoa, Fowler & Gilliatt 1972; "
            "Williams, Jefferson & Gilliatt 1980; Romanes 1886", "H"),
    Planned(15, "Length of the blocked stretch",
            "Frankenhaeuser 1949; frog sciatic nerve under weights", "H; pressure S"),
    Planned(16, "Time course of ischaemic block, intact nerve",
            "Lindstrom, Lindblom & Brismar 1997; Hofmeijer et al. 2013", "H"),
    Planned(17, "Anoxia without pressure, against central axons",
            "Stecker, Wolfe & Stevenson 2013; Waxman et al. 1990", "H"),
    Planned(18, "Threshold and recovery cycle in 13 min of ischaemia",
            "Lin, Grosskreutz & Burke 2002; Han et al. 2008; Grosskreutz et al. 1999", "H"),
    Planned(19, "Order in which fibres fail",
            "Gasser & Erlanger 1929; Casale, Glynn & Buonocore 1992; Fruhstorfer 1984; "
            "Parry, Cornblath & Brown 1985", "H; order within A S"),
    Planned(20, "Where along the nerve block begins",
            "Yates, Hurst & Brown 1981; Frankenhaeuser 1949", "H"),
    Planned(21, "Recovery of conduction after 10-30 min",
            "Lindstrom, Lindblom & Brismar 1997; Schmelzer, Zochodne & Low 1989; Day et al. 1989",
            "H"),
    Planned(22, "Ectopic discharge after release: timing, class, causes",
            "Han et al. 2008; Weddell & Sinclair 1947; Hutchinson & McClinton 1993; "
            "Mogyoros, Bostock & Burke 2000", "H; class S"),
    Planned(23, "Pattern of that discharge; threshold overshoot",
            "Ochoa & Torebjork 1980; Bostock, Baker & Reid 1991; Grosskreutz et al. 1999",
            "S; superexcitability H"),
    Planned(24, "Diabetic nerve", "Lindstrom, Lindblom & Brismar 1997; "
            "Krishnan, Lin & Kiernan 2008", "H"),
    Planned(25, "Other lasting cases: demyelination, constriction, root, poor arteries",
            "Baker & Bostock 1992; Aguayo et al. 1971; Howe, Loeser & Calvin 1977; "
            "McDermott et al. 2006; Hong & Yu 1989", "H for signs; S for sizes"),
)  # fmt: skip
TITLES = {check.number: check.title for check in PLAN}
