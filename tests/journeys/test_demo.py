"""The demo as somebody new meets it: loaded once, every sign-in used, every figure opened."""

import http.cookiejar
import json
import re
import urllib.parse
import urllib.request
from collections import Counter

import openpyxl
import pytest

from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.core.errors import Conflict
from louyu.site.demo import HOME, SAMPLES, load_demo
from tests.deployment import Deployment
from tests.factories import BuildingFactory
from tests.imports.books import bring_in

ROLES = {
    Role.OFFICE, Role.SECURITY, Role.AUDIT, Role.SYSTEM, Role.SUBDISTRICT, Role.SECRETARY, Role.CHIEF,
    Role.ADMINISTRATOR, Role.SPECIALIST, Role.DEPARTMENT_LEAD, Role.LIAISON,
}  # fmt: skip


class Visitor:
    """Somebody with a browser that keeps cookies and asks for Chinese."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("Accept-Language", "zh-CN"), ("Referer", url)]

    def read(self, path: str, data: dict[str, str] | None = None) -> str:
        body = urllib.parse.urlencode(data).encode() if data else None
        with self.opener.open(self.url + path, body, timeout=20) as answer:
            self.at = urllib.parse.urlsplit(answer.url).path
            text: str = answer.read().decode()
            return text

    def sign_in(self, username: str, password: str) -> str:
        form = self.read("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None
        given = {"login": username, "password": password, "csrfmiddlewaretoken": token[1]}
        return self.read("/accounts/login/", given)


def printed_sign_ins(printed: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """The password, and the name and the role of each user name."""
    password = re.search(r"Sign-ins \(password (\S+)\):", printed)
    assert password is not None
    lines = re.findall(r"^  (\w+) +(\S+), (\w+)", printed, re.MULTILINE)
    return password[1], {username: (name, role) for username, name, role in lines}


def test_demo_is_a_district_at_work_with_a_sign_in_for_every_role(deployment: Deployment) -> None:
    printed = deployment.must("demo")
    assert deployment.must("check").splitlines()[-1] == "all well"
    figures = {figure["code"]: figure for figure in json.loads(deployment.must("figures", "--json"))}
    assert [code for code, figure in figures.items() if not figure["value"] or not figure["records"]] == []
    assert figures["cases.solved"]["value"] > figures["cases.solved_trt"]["value"] > 0
    password, sign_ins = printed_sign_ins(printed)
    assert {role for _name, role in sign_ins.values()} == ROLES
    with deployment.served() as server:
        for username, (name, _role) in sign_ins.items():
            visitor = Visitor(server.url)
            page = visitor.sign_in(username, password)
            assert visitor.at == "/"
            assert name in page
            looks_at_their_own(visitor, username)


def looks_at_their_own(visitor: Visitor, username: str) -> None:
    """What a sign-in is there to show."""
    match username:
        case "office":
            cases = visitor.read("/cases/?rows=100")
            stages = Counter(re.findall("受理|交办|承办|挂起|反馈|退回|重办", cases))
            assert len(stages) == 7
        case "chief" | "administrator":
            assert HOME in visitor.read("/buildings/")
            assert "前后科技大厦" not in visitor.read("/buildings/")
        case "specialist":
            assert "研发费用加计扣除" in visitor.read("/cases/")
        case "liaison":
            page = visitor.read("/cases/")
            assert "电子发票额度不够，当月如何临时提额" in page
            assert "访客车位太少" not in page


@pytest.mark.django_db
def test_demo_is_refused_where_there_is_a_building() -> None:
    BuildingFactory()
    with pytest.raises(Conflict) as refused:
        list(load_demo())
    assert refused.value.mend
    assert not User.rows_without_a_reader.filter(username="office").exists()


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
