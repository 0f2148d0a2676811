"""I9: phones and names in a register stand nowhere in the clear: not in the database, its log, the files, the trail."""

import datetime
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from louyu.accounts.commands import public_user
from louyu.accounts.models import AuditEntry, User
from louyu.accounts.rules import Role
from louyu.cases.commands import note, open_case
from louyu.cases.models import Case, Category
from louyu.core.jobs.runner import run_next
from louyu.core.models import Job
from louyu.duties.commands import appoint
from louyu.integrations.commands import issue_token
from louyu.organisations.commands import ask_transfer, register_oneself
from louyu.organisations.models import Membership, Organisation, Transfer
from louyu.people.commands import reveal
from louyu.places.models import Building
from louyu.tenants.models import Contact, Enterprise
from louyu.workbooks.models import ImportBatch
from tests import factories
from tests.deployment import Deployment
from tests.imports.books import bring_in, building, buildings, enterprise, enterprises, workbook

PHONES = [f"1390576{n:04d}" for n in range(20)]
NAME = "欧阳标记人"


def layers(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and what is packed in them."""
    yield data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield from layers(packed.read(name))
    if data[:2] == b"\x1f\x8b":
        yield from layers(gzip.decompress(data))


def finds(home: Path, *texts: str) -> list[str]:
    """Files of the deployment in which one of the texts stands, in either encoding."""
    wanted = [t.encode(e) for t in texts for e in ("utf-8", "utf-16-le", "gb18030")]
    return [
        f"{path.name}: {text!r}"
        for path in home.rglob("*")
        if path.is_file()
        for layer in layers(path.read_bytes())
        for text in wanted
        if text in layer
    ]


@pytest.mark.sqlite
def test_after_an_import_no_phone_and_no_name_stands_in_the_clear(
    deployment: Deployment, tmp_path: Path
) -> None:
    path = tmp_path / "楼宇.xlsx"
    path.write_bytes(buildings(building("云帆大厦")))
    deployment.must("import", path, "--apply")
    path = tmp_path / "花名册.xlsx"
    rows = [enterprise(n, f"13{n + 1:02d}", contact=f"{NAME} {phone}") for n, phone in enumerate(PHONES)]
    rows.append(
        enterprise(90, "1301", contact=f"{NAME} {PHONES[0]}9")
    )  # a wrong phone is quoted in the report
    path.write_bytes(enterprises(*rows))
    assert finds(tmp_path, PHONES[0])  # the search finds what is there
    deployment.must("import", path, "--apply", "--json")
    assert finds(deployment.home, *PHONES, NAME) == []


def test_a_backup_holds_none_either(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "楼宇.xlsx"
    path.write_bytes(buildings(building("云帆大厦")))
    deployment.must("import", path, "--apply")
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(
        enterprises(*[enterprise(n, f"13{n + 1:02d}", contact=f"{NAME} {p}") for n, p in enumerate(PHONES)])
    )
    deployment.must("import", path, "--apply")
    kept = tmp_path / "kept"
    kept.mkdir()
    deployment.must("backup", kept / "louyu.backup")
    assert finds(kept, *PHONES, NAME) == []


# While people work ----------------------------------------------------------------------------------------------

OFFICER_PHONE, MEMBER, MEMBER_PHONE = "13905768881", "慕容标记人", "13905768882"
LISTED, LISTED_PHONE, LISTED_NUMBER = "宇文标记人", "13905768883", factories.identity_number(77)
"""Somebody of a roster."""
POCKET, POCKET_PHONE = "令狐标记人", "13905768884"
"""Somebody who registers themselves."""
SECRETS = (
    *PHONES[:2], NAME, OFFICER_PHONE, MEMBER, MEMBER_PHONE, LISTED, LISTED_PHONE, LISTED_NUMBER, POCKET, POCKET_PHONE,
    "2011-04-05", "2012-06-07",
)  # fmt: skip
"""Names, phones, a number, and the days on which two of them joined."""
ROSTER = (
    "姓名",
    "性别",
    "出生日期",
    "身份证号",
    "民族",
    "籍贯",
    "家庭住址",
    "联系电话",
    "入党时间",
    "所在党支部",
)


def roster(*rows: Any) -> bytes:
    """A roster of members, with columns that are read, only checked, and not read at all."""
    return workbook(ROSTER, rows, "党员名册", "名册")


def listed(phone: str = LISTED_PHONE, number: str = LISTED_NUMBER) -> Any:
    sex, address = "男" if int(number[16]) % 2 else "女", "椒江区标记路77号"
    return (LISTED, sex, "1990-03-07", number, "汉族", "浙江标记", address, phone, "2011-04-05", "云帆党支部")


@pytest.mark.sqlite
def test_after_a_roster_nothing_personal_stands_in_the_clear(deployment: Deployment, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    wrong = (LISTED_PHONE + "1", LISTED_NUMBER[:-1] + ("1" if LISTED_NUMBER[-1] != "1" else "2"))
    path.write_bytes(roster(listed(), listed(*wrong)))
    deployment.must("import", path, "--apply", "--json")
    secrets = (LISTED, LISTED_PHONE, LISTED_NUMBER, *wrong, "2011-04-05", "标记路77号", "浙江标记")
    assert finds(tmp_path, LISTED_PHONE)
    assert finds(deployment.home, *secrets) == []


def stored_words() -> Iterator[tuple[str, str]]:
    """Every value of every table of the database: where it stands, and as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    packed = bytes(value) if isinstance(value, bytes | memoryview) else None
                    yield f"{table}.{name}", packed.decode("latin-1") if packed is not None else str(value)


def told(answer: Any) -> str:
    """What an answer says, packed or not."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join(layer.decode("utf-8", "replace") for layer in layers(body)) + str(answer.headers)


def people_at_work() -> Iterator[tuple[Any, Any]]:
    """A day in which persons come in every way there is: (who looks on afterwards, a token of theirs) for each role."""
    office = factories.user_with(Role.OFFICE)
    bring_in(buildings(building("云帆大厦")))
    bring_in(
        enterprises(
            *[enterprise(n, f"13{n + 1:02d}", contact=f"{NAME} {p}") for n, p in enumerate(PHONES[:2])]
        )
    )
    house, firm = Building.rows_without_a_reader.get(), Enterprise.rows_without_a_reader.order_by("name")[0]
    appoint(
        house,
        role=Role.CHIEF,
        since=timezone.localdate(),
        name="毛楼长",
        phone=OFFICER_PHONE,
        position="街道党工委书记",
        by=office,
    )
    branch = factories.OrganisationFactory(area=house.area, buildings=[house], enterprises=[firm])
    member = factories.PersonFactory(name=MEMBER, phone=MEMBER_PHONE)
    factories.MembershipFactory(organisation=branch, person=member, area=house.area)
    factories.AppointmentFactory(organisation=branch, person=member)
    bring_in(roster(listed()), "名册.xlsx")
    register_oneself(
        area=house.area,
        name=POCKET,
        phone=POCKET_PHONE,
        joined_on=datetime.date(2012, 6, 7),
        unit=firm.name,
        agreed=True,
        address="10.0.0.1",
        by=public_user(),
    )
    pocket = Membership.rows_without_a_reader.get(basis="own")
    ask_transfer(
        pocket, to=branch, asked_on=timezone.localdate(), by=factories.user_with("secretary", house.area)
    )
    contact = Contact.rows_without_a_reader.filter(enterprise=firm)[0]
    reveal(contact, fields=("name", "phone"), reason="回访停车问题", by=office)
    case = open_case(category=Category.rows_without_a_reader.get(code="parking"), text="车位不够", building=house,
                     enterprise=firm, asker=office, by=office)  # fmt: skip
    note(case, text="已联系企业", by=office)
    for role in Role:
        scope = {
            Role.SUBDISTRICT: house.area.parent,
            Role.SECRETARY: house.area,
            Role.ORGANISATION_SECRETARY: branch,
            Role.LIAISON: firm,
            Role.DEPARTMENT_LEAD: factories.DepartmentFactory(),
            Role.CHIEF: house,
            Role.ADMINISTRATOR: house,
            Role.SPECIALIST: house,
            Role.CHAIR: house,
        }.get(role)
        user = factories.user_with(role, scope)
        _token, text = issue_token(user, by=factories.user_with(Role.SECURITY))
        yield user, text


PLACES = (
    "/", "/monday/", "/buildings/", "/enterprises/", "/enterprises/?format=xlsx", "/cases/", "/cases/?format=xlsx",
    "/duties/", "/duties/people/", "/duties/people/?format=xlsx", "/duties/gaps/", "/organisations/",
    "/organisations/list/", "/organisations/list/?format=xlsx", "/organisations/work/", "/organisations/members/",
    "/imports/", "/search/?q=1390",
    "/desk/", "/desk/jobs/", "/desk/exports/", "/audit/", "/audit/?format=xlsx", "/audit/reveals/",
    "/audit/reveals/?format=xlsx", "/users/", "/users/officers/",
)  # fmt: skip
OPERATIONS = (
    "buildings", "enterprises", "departments", "cases", "organisations", "notifications", "views", "openapi.json",
)  # fmt: skip


@pytest.mark.django_db
def test_nothing_that_people_write_or_read_names_a_person(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    for user, token in people_at_work():
        browser = Client()
        browser.force_login(user)
        pages = [f"/enterprises/{e.pk}/" for e in Enterprise.rows_without_a_reader.all()]
        for organisation in Organisation.rows_without_a_reader.all():
            pages += [f"/organisations/{organisation.pk}/", f"/organisations/{organisation.pk}/members/"]
        pages += [f"/organisations/members/{m.pk}/transfer/" for m in Membership.rows_without_a_reader.all()]
        pages += [f"/organisations/transfers/{t.pk}/" for t in Transfer.rows_without_a_reader.all()]
        pages += [f"/imports/{b.pk}/" for b in ImportBatch.rows_without_a_reader.filter(kind="members")]
        pages += [f"/buildings/{b.pk}/" for b in Building.rows_without_a_reader.all()]
        pages += [f"/cases/{c.pk}/" for c in Case.rows_without_a_reader.all()]
        pages += [f"/audit/{e.pk}/" for e in AuditEntry.rows_without_a_reader.all()]
        for address in (*PLACES, *pages):
            said = told(browser.get(address, follow=True))
            assert [s for s in SECRETS if s in said] == [], (user.running_grants[0].role, address)
        for operation in OPERATIONS:
            answer = Client().get(f"/api/v1/{operation}", headers={"Authorization": f"Bearer {token}"})
            assert [s for s in SECRETS if s in told(answer)] == [], (user.running_grants[0].role, operation)
    while run_next():
        pass
    for job in Job.rows_without_a_reader.filter(file_until__isnull=False):
        assert job.state == Job.State.DONE
    owners = {job.by_id for job in Job.rows_without_a_reader.filter(kind="desk.export")}
    assert owners, "no list was exported"
    for job in Job.rows_without_a_reader.filter(kind="desk.export", state=Job.State.DONE):
        browser = Client()
        browser.force_login(User.rows_without_a_reader.get(pk=job.by_id))
        answer = browser.get(f"/desk/jobs/{job.pk}/file/")
        assert answer.status_code == 200
        assert [s for s in SECRETS if s in told(answer)] == [], job.title
    found = [(where, s) for where, text in stored_words() for s in SECRETS if s in text]
    assert found == []
    assert [s for s in SECRETS if s in caplog.text] == []
    assert mail.outbox == []
    assert finds(Path(settings.HOME) / "files", *SECRETS) == []
