"""Keys: after a rotation everything decrypts; with a lost key the program says so, and the rest works."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from louyu.accounts.commands import console_user, rotate_keys
from louyu.accounts.models import AuditEntry
from louyu.core import keys
from louyu.core.sealing import key_number, new_sealed_key
from louyu.people.commands import reveal
from louyu.people.models import Person
from louyu.site.checking import findings
from louyu.workbooks import queries
from louyu.workbooks.models import ImportBatch
from tests.deployment import Deployment
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, identity_number, user_with
from tests.imports.books import bring_in, workbook

HEADER = ("姓名", "身份证号", "联系电话", "入党时间", "所在党支部")


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of keys of its own, so that losing one hurts nobody else."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path / "keys"


def roster(*numbers: int) -> bytes:
    rows = [
        (f"慕容标记{'甲乙丙丁'[n]}", identity_number(n), f"1390576888{n}", "2014-03-03", "云帆党支部")
        for n in numbers
    ]
    return workbook(HEADER, rows, "党员名册", "名册")


@pytest.mark.django_db
def test_after_a_rotation_everything_decrypts(own_keys: Path) -> None:
    _report, batch = bring_in(roster(1, 2), "名册.xlsx")
    membership = MembershipFactory(organisation=OrganisationFactory(), person__name="沈雨晴")
    number, sealed = rotate_keys(by=console_user())
    assert number == 2
    assert sealed == Person.rows_without_a_reader.count() + ImportBatch.rows_without_a_reader.count()
    for person in Person.rows_without_a_reader.all():
        assert key_number(person.key_sealed) == 2
        assert person.opened("name")
    membership.refresh_from_db()
    assert membership.person.opened("name") == "沈雨晴"
    assert batch is not None
    batch.refresh_from_db()
    assert queries.report(batch)["rows"] == 2
    assert queries.upload(batch) == roster(1, 2) or queries.upload(batch)[:2] == b"PK"
    assert AuditEntry.rows_without_a_reader.filter(action="accounts.rotate_keys").count() == 1
    assert [f for f in findings() if "seal-" in f[1]] == []
    (own_keys / "seal-1").unlink()  # nothing needs the old one but backups from before
    keys._sealing_keys.cache_clear()
    assert all(p.opened("name") for p in Person.rows_without_a_reader.all())


@pytest.mark.django_db
def test_with_a_lost_key_the_program_says_so_and_the_rest_works(own_keys: Path) -> None:
    bring_in(roster(1), "名册.xlsx")
    lost = Person.rows_without_a_reader.get()
    keys.add_sealing_key()
    kept = PersonFactory(name="沈雨晴", phone="13812342046")
    (own_keys / "seal-1").unlink()
    keys._sealing_keys.cache_clear()
    told = [text for level, text in findings() if level == "error" and "seal-1" in text]
    assert any("people.Person" in text for text in told)
    office = user_with("office")
    assert reveal(kept, fields=("name",), reason="回访停车问题", by=office) == {"name": "沈雨晴"}
    client = Client()
    client.force_login(user_with("secretary", OrganisationFactory().area))
    assert client.get(reverse("organisations:members")).status_code == 200
    page = _look(office, lost)
    assert page.status_code == 409
    report, _batch = bring_in(roster(1, 2), "名册.xlsx")  # the same roster again, with one more
    assert (report["counts"]["unchanged"], report["counts"]["new"]) == (1, 1)
    assert rotate_keys(by=console_user())[1] > 0
    lost.refresh_from_db()
    assert key_number(lost.key_sealed) == 1


def _look(office: Any, person: Any) -> Any:
    """What the middleware makes of a value that does not open."""
    from django.http import HttpResponse
    from django.test import RequestFactory

    from louyu.core.errors import Refusal
    from louyu.site.middleware import RefusalsAsPages

    request = RequestFactory().get("/")
    request.user = office
    with pytest.raises(Refusal) as refused:
        reveal(person, fields=("name",), reason="回访停车问题", by=office)
    return RefusalsAsPages(lambda request: HttpResponse()).process_exception(request, refused.value)


@pytest.mark.sqlite
def test_keys_are_rotated_at_the_command_line(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(roster(1, 2, 3))
    deployment.must("import", path, "--apply", "--json")
    assert "seal-2" in deployment.must("keys", "rotate")
    assert (deployment.home / "keys" / "seal-2").exists()
    again = json.loads(deployment.must("import", path, "--apply", "--json"))
    assert (again["new"], again["unchanged"]) == (0, 3)
    assert "all well" in deployment.must("check")


def test_a_new_key_is_sealed_by_the_newest(own_keys: Path) -> None:
    first = new_sealed_key()
    number = keys.add_sealing_key()
    assert (key_number(first), key_number(new_sealed_key())) == (1, number)
