"""Every command that the README names, run as a user runs it, on a deployment of its own."""

import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import openpyxl
from django.utils import timezone

from tests.deployment import Deployment

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "src" / "louyu" / "site" / "samples"
BUILDINGS = SAMPLES / "重点楼宇台账.xlsx"


def commands_named_in(readme: str) -> set[str]:
    return set(re.findall(r"^\| `louyu (\w+)", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE))


def test_both_readmes_name_every_command() -> None:
    from louyu.site.cli import main

    named = {name for name in main.commands if name != "manage"}
    assert commands_named_in("README.md") == commands_named_in("README.zh-CN.md") == named


def test_check_makes_an_empty_database_and_finds_all_well(deployment: Deployment) -> None:
    assert deployment.must("check").splitlines()[-1] == "all well"


def test_looking_at_a_file_writes_nothing_and_applying_it_does(deployment: Deployment) -> None:
    looked = json.loads(deployment.must("import", BUILDINGS, "--json"))
    assert (looked["kind"], looked["batch"]) == ("buildings", None)
    applied = json.loads(deployment.must("import", BUILDINGS, "--apply", "--json"))
    assert applied["new"] == looked["new"] > 0
    again = json.loads(deployment.must("import", BUILDINGS, "--apply", "--json"))
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, applied["new"])


def test_marked_copy_has_a_comment_on_every_wrong_cell(deployment: Deployment, tmp_path: Path) -> None:
    marked = tmp_path / "marked.xlsx"
    wrong = json.loads(deployment.must("import", BUILDINGS, "--json", "--marked", marked))["wrong"]
    book = openpyxl.load_workbook(marked)
    assert wrong
    assert all(book[w["sheet"]][w["cell"]].comment for w in wrong)


def test_user_of_the_office_is_made_and_gets_a_further_role(deployment: Deployment) -> None:
    assert re.fullmatch(r"office  \S{10,}\n", deployment.must("user", "office", "--role", "office"))
    assert "role added" in deployment.must("user", "office", "--role", "member")
    refused = deployment.louyu("user", "office", "--role", "audit")
    assert refused.returncode != 0
    assert "不能兼任" in refused.stderr


def test_role_that_does_not_exist_is_refused_with_those_that_do(deployment: Deployment) -> None:
    refused = deployment.louyu("user", "office", "--role", "king")
    assert refused.returncode == 1
    assert "king" in refused.stderr
    assert "subdistrict" in refused.stderr


def test_backup_is_restored_elsewhere_with_the_keys_brought_along(
    new_deployment: Callable[[], Deployment], tmp_path: Path
) -> None:
    here, there = new_deployment(), new_deployment()
    counted = json.loads(here.must("import", BUILDINGS, "--apply", "--json"))["new"]
    here.must("backup", tmp_path / "backup.tar")
    (here.home / "keys").rename(there.home / "keys")
    there.must("restore", tmp_path / "backup.tar")
    assert there.must("check").splitlines()[-1] == "all well"
    assert json.loads(there.must("import", BUILDINGS, "--json"))["unchanged"] == counted


def test_served_deployment_answers(deployment: Deployment) -> None:
    with deployment.served() as server, urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as answer:
        assert answer.status == 200


def test_token_is_the_last_line_is_listed_and_taken_back(deployment: Deployment) -> None:
    deployment.must("user", "office", "--role", "office")
    given = deployment.must("token", "office", "--name", "portal", "--read-only", "--days", "30")
    assert re.fullmatch(r"louyu_\S{43}", given.splitlines()[-1])
    listed = deployment.must("token", "office", "--list")
    assert "portal" in listed
    assert "cases:read" in listed
    assert "cases:write" not in listed
    assert "revoked" in deployment.must("token", "office", "--revoke", "portal")
    assert "revoked" in deployment.must("token", "office", "--list")
    for wrong in (
        ("nobody",),
        ("office", "--revoke", "other"),
        ("office", "--scope", "all"),
        ("office", "--days", "0"),
    ):
        assert deployment.louyu("token", *wrong).returncode == 1


def test_calendar_is_printed_and_the_notice_of_a_year_is_loaded(deployment: Deployment) -> None:
    assert "2023-10-07 上班" in deployment.must("calendar", "2023").splitlines()
    year = timezone.localdate().year + 2
    assert "暂按周一至周五" in deployment.must("calendar", year)
    off, document = f"{year}-10-01..{year}-10-07", "国办发明电〔2026〕9号"
    for wrong, words in (
        (("--off", f"{year}-02-30", "--document", document), f"{year}-02-30"),
        (("--off", off), "文号"),
        (("--work", f"{year}-10-08", "--document", document), "放假"),
        (("--off", off, "--work", off, "--document", document), f"{year}-10-01"),
    ):
        refused = deployment.louyu("calendar", year, *wrong)
        assert refused.returncode == 1
        assert words in refused.stderr
    assert "暂按周一至周五" in deployment.must("calendar", year)
    assert deployment.louyu("calendar", "--off", off).returncode == 2
    loaded = deployment.must("calendar", year, "--off", off, "--document", document).splitlines()
    assert loaded[0].endswith(document)
    assert f"{year}-10-07 放假" in loaded
    assert deployment.must("calendar", year).splitlines() == loaded
    assert deployment.must("check").splitlines()[-1] == "all well"


def test_an_officer_signs_in_as_the_person_of_the_list(deployment: Deployment) -> None:
    deployment.must("import", BUILDINGS, "--apply")
    deployment.must("import", SAMPLES / "一长两员名单.xlsx", "--apply")
    assert deployment.must("user", "yan", "--officer", "严知衡").startswith("yan ")
    unknown = deployment.louyu("user", "nobody", "--officer", "没有这人")
    assert unknown.returncode != 0
    assert "没有这人" in unknown.stderr
    assert deployment.must("check").splitlines()[-1] == "all well"
