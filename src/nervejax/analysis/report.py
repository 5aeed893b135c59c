"""Write ``report.html`` and ``report.png`` beside an episode file."""

import re
from pathlib import Path
from typing import Any

from nervejax.analysis import plots
from nervejax.analysis.page import page
from nervejax.analysis.whole_file import write_whole
from nervejax.recording import layout, reader


def run_name(provenance: dict[str, Any], path: Path) -> str:
    """Name of the scenario from the stored configuration, else the name of the file's folder."""
    config = str(provenance.get("config_yaml", ""))
    found = re.search(r"^name:[ \t]*(\S.*?)[ \t]*$", config, re.MULTILINE)
    return found.group(1) if found else path.resolve().parent.name


def write_report(path: Path) -> Path:
    """Draw the report of one episode from its file alone.

    Args:
        path: An episode file, or a run folder with an ``episode.h5``.

    Returns:
        Path of ``report.html``; ``report.png`` lies beside it. Both replace older ones whole;
        neither is touched if anything fails before.

    Raises:
        NervejaxError: Matplotlib is not installed, or the file cannot be read as an episode.
    """
    path = Path(path)
    if path.is_dir():
        path = path / layout.FILE_NAME
    plots.require_matplotlib()
    record = reader.read_episode(path)
    series, summary = reader.read_readout(path), reader.read_summary(path)
    provenance = reader.read_provenance(path)
    png = plots.png_bytes(plots.figure(record, series, summary))
    text = page(run_name(provenance, path), path.name, summary, provenance, png)
    write_whole(path.with_name("report.png"), png)
    return write_whole(path.with_name("report.html"), text.encode("utf-8"))
