"""A headless Chromium, told what to do over a pair of pipes in the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 60.0
"""Seconds for one answer; a machine that is busy with other tests may be slow."""
QUIETLY = (
    "--headless",
    "--no-sandbox",  # root cannot have one
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-pipe",
)
TO_BROWSER, FROM_BROWSER = 3, 4
"""The file descriptors that --remote-debugging-pipe reads from and writes to."""
Message = dict[str, Any]


class Chromium:
    """One browser with one page. `happened` are the page's events, in their order."""

    def __init__(self, profile: Path) -> None:
        command = shutil.which("chromium")
        assert command, "there is no chromium; `make test-browser` installs Debian's, or install it yourself"
        read, self._write = os.pipe()
        self._read, write = os.pipe()
        self._process = subprocess.Popen(
            [command, *QUIETLY, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(TO_BROWSER, FROM_BROWSER),
            preexec_fn=lambda: _at(read, write),
        )
        os.close(read)
        os.close(write)
        self.happened: list[Message] = []
        self._rest, self._asked, self._session = b"", 0, ""
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method: str, **parameters: Any) -> Message:
        """The answer to a command. Raises AssertionError when the browser refuses it or says nothing."""
        self._asked += 1
        session = {"sessionId": self._session} if self._session else {}
        self._send({"id": self._asked, "method": method, "params": parameters, **session})
        asked = self._asked
        answer = self._until(lambda message: message.get("id") == asked)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: Message = answer["result"]
        return result

    def open(self, page: Path) -> None:
        """The page is loaded, and nothing happened before."""
        self.happened.clear()
        self("Page.navigate", url=page.as_uri())
        self._until(lambda message: message.get("method") == "Page.loadEventFired")

    def evaluate(self, script: str) -> Any:
        """What the JavaScript function says on the page."""
        answer = self("Runtime.evaluate", expression=f"({script})()", returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def seen(self, width: int, media: str = "screen", scheme: str = "light") -> None:
        """The page is shown so wide, on that medium, to somebody who prefers that colour scheme."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self("Emulation.setEmulatedMedia", media=media, features=[feature])

    def close(self) -> None:
        """The browser has ended."""
        self._process.terminate()
        self._process.wait(PATIENCE)
        os.close(self._write)
        os.close(self._read)

    def _send(self, message: Message) -> None:
        os.write(self._write, json.dumps(message).encode() + b"\0")

    def _until(self, is_it: Callable[[Message], bool]) -> Message:
        for message in self._messages():
            if is_it(message):
                return message
        raise AssertionError(f"chromium did not answer within {PATIENCE:.0f} s")

    def _messages(self) -> Iterator[Message]:
        late = time.monotonic() + PATIENCE
        while (left := late - time.monotonic()) > 0:
            text, found, rest = self._rest.partition(b"\0")
            if found:
                self._rest = rest
                message: Message = json.loads(text)
                if "method" in message:
                    self.happened.append(message)
                yield message
            elif select.select([self._read], [], [], left)[0]:
                more = os.read(self._read, 1 << 16)
                assert more, f"chromium ended with {self._process.wait(PATIENCE)}"
                self._rest += more


def _at(read: int, write: int) -> None:
    """In the new process: the pipes are where the browser looks, moved away first lest one covers the other."""
    read, write = os.dup(read), os.dup(write)
    while min(read, write) <= FROM_BROWSER:
        read, write = os.dup(read), os.dup(write)
    os.dup2(read, TO_BROWSER)
    os.dup2(write, FROM_BROWSER)


@contextmanager
def chromium(profile: Path) -> Iterator[Chromium]:
    """A browser that ends with the block."""
    browser = Chromium(profile)
    try:
        yield browser
    finally:
        browser.close()
