"""The demo as somebody new meets it: loaded once, every sign-in used, every figure opened."""

import http.cookiejar
import json
import re
import urllib.parse
import urllib.request
from collections import Counter
from typing import Any

from louyu.accounts.rules import Role
from louyu.site.demo import HOME, SAMPLES
from tests.deployment import Deployment

ROLES = {
    Role.OFFICE, Role.SECURITY, Role.AUDIT, Role.SYSTEM, Role.SUBDISTRICT, Role.SECRETARY, Role.CHIEF,
    Role.ADMINISTRATOR, Role.SPECIALIST, Role.DEPARTMENT_LEAD, Role.LIAISON,
}  # fmt: skip
NEW_REGISTERS = ("一长两员名单.xlsx", "问题需求交办清单.xlsx")


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


def told_wrong(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(wrong["sheet"], wrong["cell"]) for wrong in found["wrong"]}


def test_demo_is_a_district_at_work_with_a_sign_in_for_every_role(deployment: Deployment) -> None:
    printed = deployment.must("demo")
    assert deployment.louyu("demo").returncode == 1
    assert deployment.must("check").splitlines()[-1] == "all well"
    the_registers_hold_what_the_truth_says(deployment)
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


def the_registers_hold_what_the_truth_says(deployment: Deployment) -> None:
    truths = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    for truth in truths:
        if truth["file"] in NEW_REGISTERS:
            found = json.loads(deployment.must("import", SAMPLES / truth["file"], "--json"))
            assert told_wrong(found) == {(sheet, cell) for sheet, cell, _what in truth["bad_cells"]}
            assert (found["kind"], found["new"]) == (truth["kind"], 0)
            assert len(found["ask"]) < 4


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
