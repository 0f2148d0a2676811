"""docs/reference/ says what the code declares."""

import pytest

from tools.reference import FOLDER, pages, settings_in_code, table


def test_settings_are_read_from_the_code_with_their_defaults() -> None:
    source = "a = os.environ.get('LOUYU_A', 'x')\nb = os.environ.get('LOUYU_B')\nc = os.environ.get('HOME')\n"
    assert settings_in_code(source) == {"LOUYU_A": "x", "LOUYU_B": ""}


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert table(["a"], [["x|y"]]).splitlines()[-1] == "| x\\|y |"


@pytest.mark.parametrize("name", ["settings.md", "access.md", "registers.md", "states.md", "commands.md"])
def test_page_is_what_make_reference_writes(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run make reference"
