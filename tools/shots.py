"""Take the guide's pictures: every page below, of a served demo, in Chinese and English, on a phone and a PC.

``python -m tools.shots [NAME …]`` takes all or the named ones and writes docs/guide/images/NAME-LANGUAGE-SIZE.png.
"""

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Response, sync_playwright

from tools.chromium import FLAGS, PC, PHONE, find_chromium
from tools.serving import run_louyu, served

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "guide" / "images"
SIZES = {"phone": PHONE, "pc": PC}
LANGUAGES = {"zh": "zh-CN", "en": "en"}
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page's address, and links to follow from there by their selector."""

    name: str
    path: str
    follow: tuple[str, ...] = ()
    signed_in: bool = True


SHOTS = (
    Shot("sign-in", "/accounts/login/", signed_in=False),
    Shot("start", "/"),
    Shot("buildings", "/buildings/"),
    Shot("building", "/buildings/", follow=("a:has-text('华伟总部大厦')",)),
    Shot("enterprises", "/enterprises/"),
    Shot("enterprise", "/enterprises/", follow=("main tbody a, main article a",)),
    Shot("imports", "/imports/"),
    Shot("import", "/imports/", follow=("a:has-text('入驻企业登记表')",)),
)


def sign_ins(printed: str) -> tuple[str, str]:
    """User name and password of the district office, from what ``louyu demo`` printed."""
    password = printed.split("(password ", 1)[1].split(")", 1)[0]
    return "office", password


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
    page.remove_listener("response", note)
    if errors:
        raise RuntimeError("; ".join(errors))


def compressed(png: bytes) -> bytes:
    """The picture with as many colours as a page needs."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def take(browser: Browser, url: str, shots: list[Shot], sign_in: tuple[str, str]) -> list[str]:
    """Take the pictures; what could not be taken, and why."""
    failed = []
    for language, locale in LANGUAGES.items():
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                base_url=url,
                locale=locale,
                timezone_id="Asia/Shanghai",
                viewport={"width": width, "height": height},
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            for shot in sorted(shots, key=lambda one: one.signed_in):
                try:
                    if shot.signed_in:
                        _sign_in(page, *sign_in)
                    open_shot(page, shot)
                    target = FOLDER / f"{shot.name}-{language}-{size}.png"
                    target.write_bytes(compressed(page.screenshot()))
                except Exception as error:  # one page that fails shall not keep the others from their picture
                    failed.append(f"{shot.name} {language} {size}: {str(error).splitlines()[0]}")
            context.close()
    return failed


def _sign_in(page: Page, username: str, password: str) -> None:
    if any(cookie["name"] == "sessionid" for cookie in page.context.cookies()):
        return
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
        with served(home) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            failed = take(browser, server.url, chosen, sign_ins(demo.stdout))
            browser.close()
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
