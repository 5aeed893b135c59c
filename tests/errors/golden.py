"""Wrong input of every kind for the golden messages: words of a command, files that lie beside it."""

from nervejax.config.check import settings

NUMBERS = {k: f.metadata for k, f in settings().items() if f.metadata.get("lo") is not None}
KEYS = [key for key, f in settings().items() if f.type in (int, float, bool) or key in NUMBERS]


def _end(key: str, side: str) -> str:
    meta = NUMBERS[key]
    value = meta["lo"] - 1 if side == "lo" else meta["hi"] + 1
    return f"{key}={int(value) if float(value).is_integer() else value}"


def _off(key: str) -> str:
    """A key with its last letter but one left out."""
    return f"{key[:-2]}{key[-1]}"


FILES = {
    "mine/scenario/typo.yaml": "# @package _global_\nname: typo\npressure: {peak_mmhg: 3}\n",
    "mine/scenario/group.yaml": "# @package _global_\nname: group\npressure: 3\n",
    "mine/scenario/list.yaml": "# @package _global_\nname: list\npressure: [1, 2]\n",
    "mine/scenario/text.yaml": "# @package _global_\nname: text\nduration: {recovery_s: soon}\n",
    "mine/scenario/bare.yaml": "name: bare\npressure: {peak_mmHg: 3}\n",
    "mine/scenario/torn.yaml": "# @package _global_\nname: torn\npressure: {peak_mmHg: 3\n",
    "mine/scenario/tag.yaml": (
        "# @package _global_\nname: !!python/object/apply:os.system ['touch executed']\n"
    ),
    "mine/scenario/new.yaml": "# @package _global_\nname: !!python/name:os.system\n",
    "mine/scenario/target.yaml": "# @package _global_\n_target_: os.system\nname: target\n",
    "mine/scenario/far.yaml": "# @package _global_\nname: far\npressure: {length_mm: 900}\n",
    "rows.csv": "pressure.peak_mmHg\n20\n9999\n",
    "names.csv": "pressure.peak\n20\n",
    "wide.csv": "seed,pressure.peak_mmHg\n1\n",
    "words.csv": "seed\nx\n",
    "none.csv": "",
    "none.h5": "",
    "folder/x": "",
}
"""Name -> content, below the working folder."""


def _own(name: str) -> tuple[str, ...]:
    return ("run", "--config-dir", "mine", f"scenario={name}")


WHOLE = {
    "every number below its range": ("run", *(_end(key, "lo") for key in NUMBERS)),
    "every number above its range": ("run", *(_end(key, "hi") for key in NUMBERS)),
    "every key with a word": ("run", *(f"{key}=soon" for key in KEYS)),
    "every key with a typing error": ("run", *(f"{_off(key)}=1" for key in settings())),
}
"""One command with many mistakes: every one has its own line."""

SINGLE = [
    ("run", "seed"), ("run", "=3"), ("run", "seed==3"), ("run", "seed=[1"), ("run", "seed=1,2"),
    ("run", "~seed"), ("run", "+seed=1"), ("run", "seed=1.5"),
    ("run", "seed=null"), ("run", "seed={a:1}"), ("run", "seed=true"), ("run", "seed=1e99"),
    ("run", "seed=${nowhere}"), ("run", "population=3"), ("run", "population.n_abeta=[1,2]"),
    ("run", "pressure.peak_mmHg=nan"), ("run", "pressure.peak_mmHg=inf"),
    ("run", "pressure.peak_mmHg=-inf"), ("run", "pressure.deforms=2"), ("run", "pressure.deforms=yes!"),
    ("run", "name=../elsewhere"), ("run", "name=a/b"), ("run", "name="), ("run", "name=-x"),
    ("run", "scenario=leg_crosed"), ("run", "scenario=x"), ("run", "scenario="),
    ("run", "physiology=articel"), ("run", "physiology=literature,article"),
    ("run", "leg_crossed"), ("run", "healthy"), ("run", "hydra.foo=1"), ("run", "foo=1"),
    ("run", "population.membrane_a=mcintyre"), ("run", "population.membrane_c=sensory"),
    ("run", "population.membrane_a=tigerholm2014"),
    ("run", "population.n_abeta=0", "population.n_adelta=0", "population.n_c=0"),
    ("run", "pressure.length_mm=500"), ("run", "pressure.centre_mm=0"), ("run", "nerve.grid_mm=45"),
    ("run", "pressure.deforms=false", "pressure.occludes=false"),
    ("run", "instruments.excitability_at_s=[99999]"), ("run", "instruments.excitability_at_s=3"),
    ("run", "instruments.excitability_at_s=[a]"),
    ("run", "physiology.perfusion.venular_mmHg=90"), ("run", "output.objective=[numb_onst_abeta_s]"),
    ("run", "--multirn"), ("run", "--fail-fast"), ("run", "--config-dir", "nowhere"),
    ("run", "--config-dir"), ("run", "--config-name", "other"), ("run", "--cfg", "jobs"),
    ("run", "--wall-limit-min", "0"), ("run", "--wall-limit-min", "soon"),
    ("run", "-m", "seed=1,2,-3"), ("run", "-m", "scenario=healthy,leg_crosed"),
    ("run", "-m", "seed=interval(0,1)"), ("run", "-m", "hydra/launcher=bach"),
    ("run", "-m", "hydra/sweeper=gird"), ("run", "-m", "pressure.peak_mmHg=range(0,4000,1000)"),
    ("run", "-m", "hydra/launcher=batch_submitit", "hydra.launcher.groups=0", "seed=1,2"),
    ("run", "-m", "hydra/launcher=batch_submitit", "hydra.launcher.cluster=slrm", "seed=1,2"),
    ("run", "--distributed", "here"), ("run", "--distributed", "here:0"),
    *(_own(name) for name in (
        "typo", "group", "list", "text", "bare", "torn", "tag", "new", "target", "far", "tipo"
    )),
    ("rn",), ("runs", "seed=1"), ("scenario=healthy",), ("--verison",),
    ("resume",), ("resume", "nowhere"), ("resume", "folder"), ("resume", "rows.csv"),
    ("verify",), ("verify", "nowhere"), ("verify", "folder"), ("verify", "none.h5"),
    ("verify", "none.h5", "--fibres", "0"),
    ("report",), ("report", "nowhere"), ("report", "folder"), ("report", "none.h5"),
    ("report", "none.h5", "--states", "x.jpg"),
    ("collect",), ("collect", "nowhere"), ("collect", "folder"), ("collect", "rows.csv"),
    ("attribute",), ("attribute", "nowhere"), ("attribute", "none.h5"),
    ("instruments",), ("instruments", "nowhere"), ("instruments", "none.h5"),
    ("ensemble",), ("ensemble", "--rows", "nowhere.csv"), ("ensemble", "--rows", "rows.csv"),
    ("ensemble", "--rows", "names.csv"), ("ensemble", "--rows", "wide.csv"),
    ("ensemble", "--rows", "words.csv"), ("ensemble", "--rows", "none.csv"),
    ("ensemble", "--vary", "seed"), ("ensemble", "--vary", "seed=1"),
    ("ensemble", "--vary", "sed=1,2"), ("ensemble", "--vary", "seed=1,x"),
    ("ensemble", "--vary", "pressure.peak_mmHg=9:1", "--count", "4"),
    ("ensemble", "--vary", "pressure.peak_mmHg=0:9:log", "--count", "4"),
    ("ensemble", "--vary", "pressure.peak_mmHg=0:9999", "--count", "4"),
    ("ensemble", "--vary", "pressure.peak_mmHg=20:40"),
    ("ensemble", "--vary", "seed=1,2", "--design", "sbol"),
    ("ensemble", "--vary", "seed=1,2", "--count", "x"),
    ("sensitivity",), ("sensitivity", "--count", "2"), ("sensitivity", "--count", "4", "--method", "x"),
    ("sensitivity", "--count", "4", "--keys", "seed,pressure.edge_mm"),
    ("sensitivity", "--count", "4", "--of", "half_blok_abeta_s"),
    ("sensitivity", "--count", "4", "--spread", "2"),
    ("fibre", "--type", "abta"), ("fibre", "--type", "abeta", "--diameter-um", "x"),
    ("fibre", "--type", "abeta", "--diameter-um", "-3"),
    ("fibre", "--type", "c", "--membrane", "sensory"), ("fibre", "--type", "abeta", "--dt-us", "0"),
    ("fibre", "--type", "abeta", "--temperature-degC", "99"), ("fibre", "--typ"),
    ("models", "--nothing"), ("doctor", "please"), ("bench", "--plot", "x.png"),
    ("bench", "--write"), ("bench", "--sweeps", "--rows", "0"), ("checks", "--only", "99"),
    ("claims", "--only", "C99"), ("claims", "--without", "magic"),
]  # fmt: skip
"""One command with one mistake."""
