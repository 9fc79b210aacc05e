"""A Chromium without a window, driven by Playwright: the system's own, nothing is downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from aurelius_kernel.reporting.chromium import find_chromium

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what a page asks for elsewhere is refused at once
)  # fmt: skip


def chromium() -> Path:
    """Where the browser is; raises FileNotFoundError, which says how it comes."""
    found = find_chromium()
    if found is None:
        raise FileNotFoundError("There is no Chromium on this machine; `make setup` installs it as root, and says how otherwise.")
    return Path(found)


@contextmanager
def browser() -> Iterator[Browser]:
    """A running browser."""
    path = chromium()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield running
        finally:
            running.close()
