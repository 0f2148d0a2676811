"""docs/reference/ says what the code declares."""

import pytest

from tools.reference import FOLDER, Said, pages, refusals_in, settings_in_code, table


def test_settings_are_read_from_the_code_with_their_defaults() -> None:
    source = "a = os.environ.get('LOUYU_A', 'x')\nb = os.environ.get('LOUYU_B')\nc = os.environ.get('HOME')\n"
    assert settings_in_code(source) == {"LOUYU_A": "x", "LOUYU_B": ""}


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(["a"], [["x|y"]]).splitlines()[-1] == "| x\\|y |"


def test_refusals_are_read_from_the_code_with_their_words() -> None:
    source = """
raise Refusal(_("没有这一层。"), field="floor", value=text, mend=_("只有 %(n)s 层。") % {"n": 3})
raise Conflict(_("有人先改了。") if fast else _("已经结束。"), code="too_late")
raise Refusal(why, field=name)
raise ValueError("no refusal")
"""
    assert refusals_in(source, ["Refusal", "Conflict"], "places") == [
        Said("places", "Refusal", "floor", "没有这一层。", "只有 … 层。"),
        Said("places", "too_late", "", "有人先改了。 / 已经结束。", ""),
        Said("places", "Refusal", "…", "…", ""),
    ]


@pytest.mark.parametrize(
    "name",
    ["settings.md", "access.md", "registers.md", "states.md", "commands.md", "figures.md", "errors.md"],
)
def test_page_is_what_make_reference_writes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run make reference"
