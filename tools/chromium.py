"""Where the browser is, how it is started, and the two sizes at which pages are looked at."""

import shutil

PHONE = (390, 844)
PC = (1440, 1000)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The Chromium or Chrome of this machine; None without one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
