"""The sample registers say what their description says."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.factories import BuildingFactory
from tests.imports.books import bring_in

SAMPLES = Path(__file__).resolve().parents[2] / "src" / "louyu" / "site" / "samples"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["一长两员名单.xlsx", "问题需求交办清单.xlsx"])
def test_samples_of_officers_and_problems_are_wrong_where_the_truth_says(name: str) -> None:
    truths = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    (truth,) = [truth for truth in truths if truth["file"] == name]
    sheet = openpyxl.load_workbook(SAMPLES / "重点楼宇台账.xlsx")["楼宇台账"]
    for serial, building in sheet.iter_rows(min_row=5, max_col=2, values_only=True):
        if serial and building:
            BuildingFactory(name=building)
    found, _batch = bring_in((SAMPLES / name).read_bytes(), name)
    assert (found["kind"], found["counts"]["new"]) == (truth["kind"], truth["records"])
    cells = {(wrong["sheet"], wrong["cell"]) for wrong in found["wrong"]}
    assert cells == {(sheet, cell) for sheet, cell, _what in truth["bad_cells"]}
