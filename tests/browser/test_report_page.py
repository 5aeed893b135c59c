"""The report in a real browser: it moves, fits a phone, asks for nothing, works without script."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from nervejax.analysis import page_figures, report
from nervejax.analysis.readout import readout
from nervejax.analysis.summary import summarise
from nervejax.recording.writer import write_episode
from tests.browser import chromium
from tests.unit.analysis_example import example_episode

PHONE, DESKTOP = 390, 1200
MOST_BYTES = 5e6


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    """One browser for all tests."""
    if chromium.executable() is None:
        pytest.skip(f"no browser here: none of {', '.join(chromium.NAMES)}")
    with chromium.browser(tmp_path_factory.mktemp("browser") / "profile") as browser:
        yield browser


@pytest.fixture(scope="module")
def stored(tab, tmp_path_factory):
    """Two runs of a sweep with their reports: the page of the first, and that of both."""
    folder = tmp_path_factory.mktemp("runs")
    for number in range(2):
        record = example_episode(fibres=6, seed=number)
        for population in record.populations.values():
            population.nodes["receptor_mm"] = np.linspace(300.0, 900.0, 6)
        series = readout(record)
        (folder / str(number)).mkdir()
        write_episode(
            record, folder / str(number) / "episode.h5", readout=series,
            provenance={"config_yaml": "name: leg_crossed\n", "seed": number},
            summary=summarise(record, series),
        )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_figures, "DOTS_PER_INCH", 60)  # a quarter of the time
        sweep = report.write_sweep(folder)
    return SimpleNamespace(run=folder / "0" / "report.html", sweep=sweep, record=record)


def state(tab):
    return tab.value("document.getElementById('state').textContent")


def fills(tab):
    return tab.value("[...document.querySelectorAll('#live .band')].map(b=>b.getAttribute('fill'))")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("page", ["run", "sweep"])
def test_it_fits_and_asks_for_nothing(tab, stored, page, width):
    path = getattr(stored, page)
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert not re.search(r"https?://", text)
    tab.open(path.as_uri(), width)
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value("innerWidth") == width
    assert tab.requests() == [path.as_uri()]
    assert tab.complaints() == []
    assert not tab.value("[...document.images].some(i => !i.naturalWidth)")


def test_a_complaint_and_a_request_would_be_seen(tab, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text("<img src='gone.png'><script>console.error('x'); nothing()</script>")
    tab.open(page.as_uri(), PHONE)
    tab.value("1")
    assert len(tab.requests()) == 2
    assert len(tab.complaints()) >= 2


def test_the_slider_moves_the_limb_the_numbers_and_the_lines(tab, stored):
    tab.open(stored.run.as_uri() + "#t=-0.5", DESKTOP)
    assert tab.value("document.body.dataset.ready") == "yes"
    before, skin_before = state(tab), fills(tab)
    assert before.startswith("-0.5 min, before pressure: pressure 0")
    assert "A-beta conducting 100" in before and "numbness 0.00" in before
    line = "parseFloat(document.querySelector('.cursor').style.left)"
    left = tab.value(line)
    tab.value("location.hash = '#t=18'")
    tab.value("new Promise(done => setTimeout(done, 100))")
    assert state(tab).startswith("18.0 min, under pressure: pressure 120")
    assert "A-beta conducting 0" in state(tab) and "numbness 1.00" in state(tab)
    assert set(fills(tab)).isdisjoint(skin_before)
    assert tab.value(line) > left + 20
    tab.value("slider = document.getElementById('moment'); slider.value = 34.9;"
              "slider.dispatchEvent(new Event('input'))")  # fmt: skip
    assert state(tab).startswith("34.9 min, after release")
    assert fills(tab) == skin_before


def test_the_numbers_are_those_of_the_record(tab, stored):
    series = readout(example_episode(fibres=6, seed=0))
    at = np.searchsorted(stored.record.time_s, 11.0 * 60) - 1
    share = round(100 * float(series["conducting_fraction_adelta_rel"][at]))
    assert 0 < share < 100
    tab.open(stored.run.as_uri() + "#t=11", PHONE)
    assert f"A-delta conducting {share}\u00a0%" in state(tab)


def test_specks_come_with_tingling(tab, stored):
    specks = "document.querySelectorAll('#live .specks path').length"
    tab.open(stored.run.as_uri() + "#t=-0.5", PHONE)
    assert tab.value(specks) == 0
    tab.open(stored.run.as_uri() + "#t=21.5", PHONE)
    assert tab.value(specks) > 3


def test_the_keyboard_moves_it(tab, stored):
    tab.open(stored.run.as_uri() + "#t=5", PHONE)
    tab.value("document.getElementById('play').focus()")
    tab.press("Tab", 9)
    assert tab.value("document.activeElement.id") == "moment"
    before = state(tab)
    tab.press("ArrowRight", 39)
    assert state(tab) != before


def test_play_runs_and_pauses(tab, stored):
    tab.open(stored.run.as_uri() + "#t=5", DESKTOP)
    button = "document.getElementById('play')"
    before = state(tab)
    tab.value(f"{button}.click()")
    assert "Pause" in tab.value(f"{button}.textContent")
    assert tab.value(
        "new Promise(done => { const first = document.getElementById('state').textContent;"
        "let tries = 100; const look = () => {"
        "if (document.getElementById('state').textContent !== first) done(true);"
        "else if (--tries) setTimeout(look, 50); else done(false); }; look(); })"
    )
    tab.value(f"{button}.click()")
    stopped = state(tab)
    assert stopped != before
    assert "Play" in tab.value(f"{button}.textContent")
    tab.value("new Promise(done => setTimeout(done, 300))")
    assert state(tab) == stopped


def test_a_click_into_a_figure_goes_there(tab, stored):
    tab.open(stored.run.as_uri() + "#t=5", DESKTOP)
    tab.value(
        "frame = document.querySelector('[data-span]'); box = frame.getBoundingClientRect();"
        "[a, b] = frame.dataset.span.split(' ').map(Number);"
        "frame.dispatchEvent(new MouseEvent('click',"
        "{clientX: box.left + (a + 0.5 * (b - a)) * box.width, clientY: box.top + 9}))"
    )
    assert state(tab).startswith("17.0 min")  # halfway from -1 to 35


def test_without_script_the_rest_is_there(tab, stored):
    tab.open(stored.run.as_uri(), PHONE, script=False)
    boxes = "[...document.querySelectorAll('{}')].filter(e => e.getBoundingClientRect().height > 9)"
    assert tab.value(boxes.format(".limbs svg") + ".length") == 6
    assert tab.value(boxes.format("#live") + ".length") == 0
    assert tab.value(boxes.format("figure img") + ".length") >= 6


def test_pictures_and_print(tab, stored, tmp_path):
    from matplotlib.image import imread

    for width in (PHONE, DESKTOP):
        tab.open(stored.run.as_uri() + "#t=10", width)
        tab.screenshot(tmp_path / "page.png")
        shot = imread(tmp_path / "page.png")
        assert shot.shape[:2] == (844, width)
        assert 0.02 < (shot[..., :3].min(axis=-1) < 0.9).mean() < 0.9  # neither blank nor all dark
    tab.pdf(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
