"""Browsers for the tests: a Chromium without a network, a record of what its pages ask for and
say, and where Chromium and Firefox are.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

FLAGS = [
    "--no-sandbox",  # containers have none to give
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
LOCAL = ("file:", "data:", "blob:")


@dataclass
class Record:
    """What the pages of a context asked for beyond what they may, and what they said."""

    refused: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium, or skip the test with the reason why there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_find(playwright), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def offline(
    browser: Browser, allowed: tuple[str, ...] = LOCAL, **settings
) -> Iterator[tuple[BrowserContext, Record]]:
    """Open a context in which every request that starts with none of ``allowed`` is refused."""
    record = Record()
    context = browser.new_context(**settings)

    def decide(route):
        if route.request.url.startswith(allowed):
            return route.continue_()
        record.refused.append(route.request.url)
        return route.abort()

    context.route("**/*", decide)
    context.on("page", lambda page: _listen(page, record))
    yield context, record
    context.close()


def _listen(page: Page, record: Record) -> None:
    page.on("console", lambda message: record.console.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: record.console.append(f"error: {error}"))


def chromium_path() -> str:
    """Find a Chromium, or skip the test with the reason why there is none."""
    with sync_playwright() as playwright:
        return _find(playwright)


def firefox_path() -> str:
    """Find a Firefox: $FIREFOX, or the search path; or skip the test with the reason."""
    for name in filter(None, [os.environ.get("FIREFOX"), "firefox", "firefox-esr"]):
        if found := shutil.which(name):
            return found
    pytest.skip(
        "no Firefox: $FIREFOX is unset or wrong, and neither firefox nor firefox-esr is on the path"
    )


def _find(playwright: Playwright) -> str:
    """Look for a Chromium: $CHROME, the search path, Playwright's own, Playwright's download."""
    names = [os.environ.get("CHROME"), "chromium", "google-chrome", "chromium-browser"]
    for name in filter(None, names):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    if not Path(own).exists():
        _download(own)
    return own


def _download(own: str) -> None:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode or not Path(own).exists():
        said = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        pytest.skip(
            "no Chromium: $CHROME is unset or wrong, neither chromium nor google-chrome is on the "
            f"path, and Playwright could not download one ({said[-1]})"
        )
