"""A headless browser, driven over a pipe by its DevTools protocol; no package is needed for it."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE_S = 60.0


def executable() -> str | None:
    """The first browser that is installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One tab. ``events`` holds what the browser told: console, exceptions, requests."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read, self._write, self._buffer, self._number = read_fd, write_fd, b"", 0
        self.events: list[dict[str, Any]] = []
        self._session: str | None = None
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer)

    def _next(self) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(deadline - time.monotonic(), 0))
            assert ready, "the browser does not answer"
            chunk = os.read(self._read, 1 << 20)
            assert chunk, "the browser went away"
            self._buffer += chunk
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def open(self, url: str, width: int, height: int = 844, script: bool = True) -> None:
        """Open a page in a window of that size [CSS pixels] and wait until it has loaded."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height,
             deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
        self("Emulation.setScriptExecutionDisabled", value=not script)
        for address in ("about:blank", url):  # else a new fragment would not load the page anew
            self.events.clear()
            self("Page.navigate", url=address)
            while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
                self.events.append(self._next())

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives in the page."""
        answer = self("Runtime.evaluate", expression=expression, returnByValue=True,
                      awaitPromise=True)  # fmt: skip
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """A key goes down and up."""
        for kind in ("keyDown", "keyUp"):
            self("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def screenshot(self, path: Path, whole_page: bool = False) -> None:
        """Save what the window shows, or the page from top to bottom, as PNG."""
        taken = self("Page.captureScreenshot", captureBeyondViewport=whole_page)
        if whole_page:
            size = self("Page.getLayoutMetrics")["cssContentSize"]
            taken = self("Page.captureScreenshot", captureBeyondViewport=True,
                         clip={**size, "scale": 1})  # fmt: skip
        path.write_bytes(base64.b64decode(taken["data"]))

    def pdf(self, path: Path) -> None:
        """Print to A4."""
        taken = self("Page.printToPDF", printBackground=False, paperWidth=8.27, paperHeight=11.69)
        path.write_bytes(base64.b64decode(taken["data"]))

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, and exceptions, since the page was opened."""
        told = []
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                told.append(str(params["exceptionDetails"]))
            elif method == "Runtime.consoleAPICalled" or (
                method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning")
            ):
                told.append(str(params))
        return told

    def requests(self) -> list[str]:
        """Addresses that the page asked for since it was opened, without data inside it."""
        sent = [e for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        urls = [event["params"]["request"]["url"] for event in sent]
        return [url for url in urls if not url.startswith("data:")]


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with its own profile folder; it ends with the block."""
    program = executable()
    assert program is not None
    down_read, down_write = os.pipe()
    up_read, up_write = os.pipe()

    def pass_pipes() -> None:
        spare = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (down_read, up_write)]
        for fd, wanted in zip(spare, (3, 4), strict=True):
            os.dup2(fd, wanted)

    with open(profile.parent / "chromium.log", "wb") as log:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"],
            close_fds=False, preexec_fn=pass_pipes, stdout=log, stderr=log,
        )  # fmt: skip
    os.close(down_read)
    os.close(up_write)
    try:
        yield Browser(up_read, down_write)
    finally:
        process.terminate()
        process.wait()
        os.close(up_read)
        os.close(down_write)
