"""Who is told what of an import: its importer, and whoever follows what it changes."""

from typing import Any

import pytest
from django.utils import timezone

from louyu.desk.commands import follow
from louyu.desk.models import Notification
from louyu.workbooks import commands
from louyu.workbooks.tests.test_pages import row, workbook
from tests import factories

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[tuple[str, str]]:
    """(kind, text) of what this user was told, shown already or not."""
    rows = Notification.rows_without_a_reader.filter(user=user).order_by("id")
    return [(n.kind, n.text % n.said) for n in rows]


@pytest.fixture
def office() -> Any:
    factories.BuildingFactory(name="云帆大厦", floors_above=20)
    return factories.user_with("office")


def looked_at(*rows: list[Any], by: Any) -> Any:
    batch = commands.upload(workbook(*rows), file_name="企业台账.xlsx", by=by)
    commands.keep_look(batch, *commands.look(batch))
    return batch


def test_the_importer_learns_that_a_file_was_read_and_brought_in(office: Any) -> None:
    batch = looked_at(row(1), row(2), row(3, 手机="1385764204"), by=office)
    commands.apply(batch, by=office)
    assert told(office) == [("import_read", "表格读完了，可以导入"), ("imported", "已导入，还有 1 处要处理")]


def test_the_importer_learns_that_something_is_to_be_decided(office: Any) -> None:
    looked_at(row(1, building="云帆大夏"), row(2), by=office)
    assert [kind for kind, _text in told(office)] == ["import_asks"]


def test_the_importer_learns_that_a_file_cannot_be_read(office: Any) -> None:
    batch = commands.upload(b"nothing", file_name="x.xlsx", by=office)
    commands.keep_refusal(batch, {"code": "x", "field": "file", "value": "", "reason": "坏", "mend": "换"})
    assert told(office) == [("import_failed", "表格没能读出来")]


def test_who_follows_a_building_learns_of_an_import_that_changes_who_sits_in_it(office: Any) -> None:
    here, elsewhere = factories.BuildingFactory(name="金色大厦"), factories.BuildingFactory(name="银色大厦")
    follower = factories.user_with("subdistrict", here.area.parent)
    other = factories.user_with("subdistrict", elsewhere.area.parent)
    follow(about=here, by=follower)
    follow(about=elsewhere, by=other)
    commands.apply(looked_at(row(1, building="金色大厦"), by=office), by=office)
    assert told(follower) == [("imported_here", "导入改动了这里")]
    assert told(other) == []


def test_who_brings_it_in_is_not_told_of_what_they_follow_themselves(office: Any) -> None:
    here = factories.BuildingFactory(name="金色大厦")
    follow(about=here, by=office)
    Notification.rows_without_a_reader.update(read_at=timezone.now())
    commands.apply(looked_at(row(1, building="金色大厦"), by=office), by=office)
    assert "imported_here" not in [kind for kind, _text in told(office)]
