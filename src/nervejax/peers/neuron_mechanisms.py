"""The NMODL texts of the peer: compiled by NEURON's own compiler, loaded into this process."""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib import resources, util
from pathlib import Path

from nervejax.errors import NervejaxError


def available() -> bool:
    """Whether NEURON can be imported here."""
    return util.find_spec("neuron") is not None


def compile_mechanisms(folder: Path | str) -> Path:
    """Compile the NMODL texts into ``folder``, or find them compiled there; path of the library.

    Raises:
        NervejaxError: no nrnivmodl, or it failed (it needs a C++ compiler).
    """
    compiler = shutil.which("nrnivmodl", path=str(Path(sys.executable).parent)) or shutil.which(
        "nrnivmodl"
    )
    if not available() or compiler is None:
        raise NervejaxError("NEURON is not installed here: pip install neuron")
    with resources.as_file(resources.files("nervejax.peers") / "nmodl") as texts:
        content = b"".join(path.read_bytes() for path in sorted(texts.glob("*.mod")))
        place = Path(folder).resolve() / hashlib.sha256(content).hexdigest()[:12]
        place.mkdir(parents=True, exist_ok=True)
        found = list(place.glob("*/libnrnmech.*"))
        if not found:
            done = subprocess.run(
                [compiler, str(texts)], cwd=place, capture_output=True, text=True, check=False
            )
            found = list(place.glob("*/libnrnmech.*"))
            if done.returncode or not found:
                (place / "nrnivmodl.log").write_text(done.stdout + done.stderr)
                raise NervejaxError(f"nrnivmodl failed; see {place / 'nrnivmodl.log'}")
    return found[0]


def load_mechanisms(library: Path | str) -> None:
    """Load a compiled library into this process, once."""
    os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
    from neuron import h  # pyright: ignore[reportMissingImports]

    if not hasattr(h, "nvj_mcintyre2002"):
        h.nrn_load_dll(str(library))
