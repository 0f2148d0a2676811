"""Take the guide's pictures: every page below, of a served demo, in Chinese and English, on a phone and a PC.

``python -m tools.shots [NAME …]`` takes all or the named ones and writes docs/guide/images/NAME-LANGUAGE-SIZE.webp.
"""

import io
import sys
import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tools.chromium import FLAGS, PC, PHONE, find_chromium
from tools.serving import run_louyu, served

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "guide" / "images"
SIZES = {"phone": PHONE, "pc": PC}
LANGUAGES = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page's address, what to click from there, as whom ("" is nobody), how large."""

    name: str
    path: str
    follow: tuple[str, ...] = ()
    by: str = "office"
    sizes: tuple[str, ...] = tuple(SIZES)


WAITING_IMPORT = "a:has-text('前所街道') >> nth=0"
BUILDING = "main a:has-text('华伟总部大厦')"
UNIT = ".plan-blocks [data-floor='13'] a >> nth=1"
ROW = "tbody input[name=row]"
FIRST = "main tbody a, main article a"

SHOTS = (
    Shot("sign-in", "/accounts/login/", by=""),
    Shot("start", "/"),
    Shot("search", "/search/?q=hw"),
    Shot("map", "/map/"),
    Shot("buildings", "/buildings/"),
    Shot("building", "/buildings/", follow=(BUILDING,)),
    Shot("building-unit", "/buildings/", follow=(BUILDING, UNIT), sizes=("pc",)),
    Shot("enterprises", "/enterprises/"),
    Shot("enterprise", "/enterprises/", follow=(FIRST,)),
    Shot("imports", "/imports/"),
    Shot("import-understood", "/imports/", follow=(WAITING_IMPORT, "a[href*='step=understood']")),
    Shot("import-left", "/imports/", follow=(WAITING_IMPORT, "a[href*='step=left']")),
    Shot("import-undo", "/imports/", follow=("a:has-text('变动表')", "a[href$='/undo/']")),
    Shot("cases", "/cases/", by="administrator"),
    Shot("case", "/cases/?state=closed&handed_over=yes", follow=(FIRST,)),
    Shot("new-case", "/cases/new/", by="administrator"),
    Shot("case-liaison", "/cases/?mine=yes", follow=(FIRST,), by="liaison"),
    Shot("case-specialist", "/cases/?mine=yes", follow=(FIRST,), by="specialist"),
    Shot("duties", "/duties/"),
    Shot("duty", "/duties/people/", follow=(FIRST,)),
    Shot("gaps", "/duties/gaps/"),
    Shot("figure", "/figures/cases.solved/"),
    Shot("start-administrator", "/", by="administrator"),
    Shot("monday", "/monday/", by="administrator"),
    Shot("messages", "/desk/", by="administrator"),
    Shot("following", "/desk/following/", by="administrator"),
    Shot("views", "/desk/views/", by="administrator"),
    Shot("jobs", "/desk/jobs/"),
    Shot("exports", "/desk/exports/"),
    Shot("cases-chosen", "/cases/?state=open", follow=(ROW, f"{ROW} >> nth=1"), by="administrator"),
    Shot("cases-bulk", "/cases/?state=open", follow=(ROW, "button[name=bulk] >> nth=0"), by="administrator"),
    Shot("organisations", "/organisations/"),
    Shot("organisation-list", "/organisations/list/"),
    Shot("organisation-work", "/organisations/work/"),
    Shot("users", "/users/", by="security"),
    Shot("user", "/users/", follow=(FIRST,), by="security"),
    Shot("new-user", "/users/new/", by="security"),
    Shot("trail", "/audit/", by="audit"),
    Shot("trail-entry", "/audit/", follow=(FIRST,), by="audit"),
    Shot("reveals", "/audit/reveals/", by="audit"),
    Shot("begin", "/begin/", by="system"),
    Shot("settings", "/system/", by="system"),
    Shot("calendar", "/calendar/", by="system"),
    Shot("case-settings", "/cases/settings/"),
    Shot("sessions", "/accounts/sessions/"),
    Shot("password-change", "/accounts/password/change/"),
)


def password_in(printed: str) -> str:
    """The password of the demo's sign-ins, from what ``louyu demo`` printed."""
    return printed.split("(password ", 1)[1].split(")", 1)[0]


def open_shot(page: Page, shot: Shot) -> None:
    """Go to the page of a picture and wait until it is quiet.

    Raises RuntimeError when the page or a part of it (a style, a script) is answered with an error.
    """
    errors: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 400:
            errors.append(f"{answer.url} answered {answer.status}")

    page.on("response", note)
    page.goto(shot.path, wait_until="networkidle")
    for selector in shot.follow:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_selector("[aria-busy=true]", state="detached")
    page.mouse.move(0, 0)
    page.remove_listener("response", note)
    if errors:
        raise RuntimeError("; ".join(errors))


def compressed(png: bytes) -> bytes:
    """The same picture, pixel for pixel, as WebP: a third of the PNG."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(out, "WEBP", lossless=True, method=6)
    return out.getvalue()


def take(browser: Browser, url: str, shots: list[Shot], password: str) -> list[str]:
    """Take the pictures; what could not be taken, and why."""
    failed = []
    in_turn = sorted(shots, key=lambda shot: shot.by)
    for language in LANGUAGES:
        for size in SIZES:
            fitting = [shot for shot in in_turn if size in shot.sizes]
            for user, theirs in groupby(fitting, key=lambda shot: shot.by):
                context = _context(browser, url, language, size)
                page = context.new_page()
                if user:
                    _sign_in(page, user, password)
                for shot in theirs:
                    if why := _take_one(page, shot, FOLDER / f"{shot.name}-{language}-{size}.webp"):
                        failed.append(f"{shot.name} {language} {size}: {why}")
                context.close()
    return failed


def _take_one(page: Page, shot: Shot, target: Path) -> str:
    """Why it could not be taken, in one line: one page that fails shall not keep the others from their picture."""
    try:
        open_shot(page, shot)
        target.write_bytes(compressed(page.screenshot()))
    except Exception as error:
        return str(error).splitlines()[0]
    return ""


def _context(browser: Browser, url: str, language: str, size: str) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        locale=LANGUAGES[language],
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
    )
    context.set_default_timeout(15_000)
    return context


def _sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def main(names: list[str]) -> int:
    """Serve a fresh demo and take its pictures; the exit status is 1 when one could not be taken."""
    program = find_chromium()
    if program is None:
        print("Chromium is not on this machine (Debian: chromium)", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = [shot for shot in SHOTS if not names or shot.name in names]
    with tempfile.TemporaryDirectory(prefix="louyu-shots-") as folder:
        home = Path(folder)
        demo = run_louyu(home, "demo")
        if demo.returncode:
            print(demo.stdout + demo.stderr, file=sys.stderr)
            return 1
        password = password_in(demo.stdout)
        with served(home) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            failed = take(browser, server.url, chosen, password)
            browser.close()
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
