"""The pages of organisations: what they say, to whom, at what cost, and how they answer a form."""

import datetime
import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from louyu.organisations import commands
from louyu.organisations.models import Appointment, Organisation
from louyu.organisations.rules.thresholds import CODES, DEFAULTS
from louyu.people.models import RevealLog
from louyu.tenants.models import DeclaredCount
from tests.browser import PC, PHONE
from tests.factories import (
    AppointmentFactory,
    AreaFactory,
    BuildingFactory,
    EnterpriseFactory,
    MembershipFactory,
    OccupancyFactory,
    OrganisationFactory,
    PersonFactory,
    UnitFactory,
    user_with,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date


@pytest.fixture
def office():
    return user_with("office")


@pytest.fixture
def area():
    return AreaFactory(name="云港社区")


@pytest.fixture
def secretary(area):
    return user_with("secretary", area)


@pytest.fixture
def community(area):
    return OrganisationFactory(
        kind="community_committee", name="云港社区大党委", area=area, founded=DAY(2023, 1, 5)
    )


def signed_in(user):
    client = Client()
    client.force_login(user, backend="louyu.site.sessions.SignedIn")
    return client


def text_of(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        text_of(client.get(address))
    return len(asked)


def branches(parent, number, **values):
    made = OrganisationFactory.create_batch(number, parent=parent, area=parent.area, **values)
    for one in made:
        MembershipFactory(organisation=one)
        AppointmentFactory(organisation=one)
    return made


# The tree


def test_the_tree_opens_at_its_top_and_level_by_level(office, community):
    committee = OrganisationFactory(
        kind="building_committee", name="华伟楼宇综合党委", parent=community, area=community.area
    )
    branch = OrganisationFactory(name="海之星党支部", parent=committee, area=community.area)
    client = signed_in(office)
    page = text_of(client.get("/organisations/"))
    assert "云港社区大党委" in page
    assert "海之星党支部" not in page
    assert f"/organisations/below/{community.pk}/" in page
    part = text_of(client.get(f"/organisations/below/{committee.pk}/"))
    assert branch.name in part
    assert "<html" not in part
    without_script = text_of(client.get(f"/organisations/?under={committee.pk}"))
    assert branch.name in without_script


def test_the_tree_is_shown_as_of_a_day(office, community):
    committee = OrganisationFactory(
        kind="building_committee", name="华伟楼宇综合党委", parent=community, founded=DAY(2024, 5, 1)
    )
    client = signed_in(office)
    address = f"/organisations/below/{community.pk}/?as_of="
    assert committee.name not in text_of(client.get(f"{address}2024-04-30"))
    assert committee.name in text_of(client.get(f"{address}2024-05-01"))
    assert "2023-01-01 当天的样子" in text_of(client.get("/organisations/?as_of=2023-01-01"))


@pytest.mark.parametrize("day", ["2199-01-01", "yesterday", "2024-13-01", "%00"])
def test_a_day_that_cannot_be_shown_is_said_and_today_is_shown(office, community, day):
    page = text_of(signed_in(office).get(f"/organisations/?as_of={day}"))
    assert 'role="alert"' in page
    assert community.name in page


@pytest.mark.parametrize("who", ["chief", "administrator", "liaison", "security", "member"])
def test_who_is_not_of_the_line_has_no_room_of_organisations(community, who):
    building = BuildingFactory(area=community.area)
    scope = {"liaison": EnterpriseFactory(), "security": None, "member": None}.get(who, building)
    client = signed_in(user_with(who, scope))
    for address in ("", "list/", "work/"):
        assert client.get(f"/organisations/{address}").status_code == 403
    assert client.get(f"/organisations/{community.pk}/").status_code == 404
    assert 'href="/organisations/"' not in text_of(client.get("/"))


@pytest.mark.parametrize(
    "address", ["/organisations/", "/organisations/list/", "/organisations/work/", "/organisations/below/{}/"]
)
def test_a_page_costs_the_same_however_many_organisations_there_are(office, community, address):
    client = signed_in(office)
    branches(community, 2)
    few = queries(client, address.format(community.pk))
    branches(community, 12)
    OrganisationFactory.create_batch(8, kind="community_committee")
    assert queries(client, address.format(community.pk)) == few


def test_many_tops_are_loaded_by_subdistrict(office, monkeypatch, community):
    from louyu.organisations import queries as reads

    OrganisationFactory(
        kind="community_committee",
        name="明珠社区大党委",
        area=AreaFactory(name="明珠社区", parent=community.area.parent),
    )
    grounds = reads.grounds(office, timezone.localdate(), most=1)
    assert [(g.area, g.tops, g.nodes) for g in grounds] == [(community.area.parent, 2, [])]
    part = text_of(signed_in(office).get(f"/organisations/tops/{community.area.parent_id}/"))
    assert "明珠社区大党委" in part


def test_a_branch_secretary_sees_the_own_branch_at_the_top(community):
    mine, other = branches(community, 2)
    page = text_of(signed_in(user_with("organisation_secretary", mine)).get("/organisations/"))
    assert mine.name in page
    assert other.name not in page
    assert community.name not in page


# One organisation


def test_the_page_says_what_it_is_and_was(office, community):
    building, enterprise = BuildingFactory(area=community.area), EnterpriseFactory()
    made = commands.found(
        community,
        kind="branch",
        name="海之星党支部",
        since=DAY(2024, 3, 1),
        document="组〔2024〕1号",
        buildings=[building],
        enterprises=[enterprise],
        by=office,
    )
    commands.rename(made, name="海之星科技党支部", since=DAY(2025, 3, 1), by=office)
    client = signed_in(office)
    page = text_of(client.get(f"/organisations/{made.pk}/"))
    for words in ("海之星科技党支部", building.name, enterprise.name, "组〔2024〕1号", "2025-03-01", "更名"):
        assert words in page
    then = text_of(client.get(f"/organisations/{made.pk}/?as_of=2024-06-01"))
    assert "<h1>海之星党支部</h1>" in then
    assert "要办的事</h2>" not in then
    assert "还没有成立" in text_of(client.get(f"/organisations/{made.pk}/?as_of=2023-06-01"))


def test_officers_are_masked_until_somebody_says_why(office, community):
    held = commands.appoint(
        community, office="secretary", name="何云港", phone="13812342046", since=DAY(2023, 1, 5), by=office
    )
    client = signed_in(office)
    for address in (f"/organisations/{community.pk}/", "/organisations/list/"):
        page = text_of(client.get(address))
        assert "何**" in page
        assert "何云港" not in page
    answer = client.post(f"/organisations/offices/{held.pk}/reveal/", {"reason": "联系换届"})
    assert "何云港" in text_of(answer)
    assert RevealLog.rows_without_a_reader.get().reason == "联系换届"


def test_the_export_names_nobody(office, community):
    commands.appoint(community, office="secretary", name="何云港", since=DAY(2023, 1, 5), by=office)
    answer = signed_in(office).get("/organisations/list/?format=xlsx")
    if answer.status_code == 302:
        pytest.fail("the export is made elsewhere: look there")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "何**" in cells
    assert not any("何云港" in cell for cell in cells)


@pytest.mark.parametrize(("number", "shown"), [(2, "不足 3"), (3, "3")])
def test_below_three_members_are_counted_to_the_line_alone(office, secretary, community, number, shown):
    (made,) = branches(community, 1)
    MembershipFactory.create_batch(number - 1, organisation=made)

    def members(reader):
        page = text_of(signed_in(reader).get(f"/organisations/{made.pk}/"))
        return page.split('class="fact-figure">')[1].split("<")[0]

    assert members(office) == shown
    assert members(secretary) == str(number)


# What is to be done


def declared(building, members, section="I", code="6510"):
    enterprise = EnterpriseFactory(industry_section=section, industry_class=code)
    OccupancyFactory(enterprise=enterprise, unit=UnitFactory(building=building))
    DeclaredCount.rows_without_a_reader.create(enterprise=enterprise, members=members, as_of=DAY(2025, 1, 1))
    return enterprise


def test_the_list_of_work_says_what_why_and_what_to_do(office, community):
    branch = OrganisationFactory(name="海之星党支部", parent=community, area=community.area)
    page = text_of(signed_in(office).get("/organisations/work/"))
    assert branch.name in page
    for words in ("没有书记（负责人）", "请选举或任命", "党支部工作条例（试行）", "正式党员不足"):
        assert words in page
    only = text_of(signed_in(office).get("/organisations/work/?kind=too_few_members"))
    assert 'id="no_secretary"' not in only


def test_small_enterprises_without_a_branch_are_named_to_the_line_and_counted_to_the_office(
    office, secretary, area
):
    building = BuildingFactory(area=area)
    small = [declared(building, 1) for _n in range(3)]
    line = text_of(signed_in(secretary).get("/organisations/work/"))
    assert all(e.name in line for e in small)
    told = text_of(signed_in(office).get("/organisations/work/"))
    assert not any(e.name in told for e in small)
    assert "企业 3 家" in told


def test_members_without_a_branch_are_counted_and_named_to_nobody(office, secretary, area):
    person = PersonFactory(name="林口袋")
    commands.register_member(area, person=person, since=DAY(2025, 1, 1), by=secretary)
    for reader, number in ((secretary, "党员 1 名"), (office, "党员 不足 3 名")):
        page = text_of(signed_in(reader).get("/organisations/work/"))
        assert number in page
        assert "林口袋" not in page
        assert "林**" not in page


def test_a_joint_branch_is_proposed_chosen_and_founded(secretary, community):
    building = BuildingFactory(area=community.area)
    one, other = declared(building, 1), declared(building, 2)
    client = signed_in(secretary)
    page = text_of(client.get(f"/organisations/units/{one.pk}/"))
    assert "在同一幢楼" in page
    assert "行业大类相同" in page
    chosen = f"/organisations/found/?kind=joint_branch&enterprise={one.pk}&enterprise={other.pk}"
    assert chosen.replace("&", "&amp;") in page
    form = text_of(client.get(chosen))
    assert one.name in form
    assert other.name in form
    answer = client.post(
        "/organisations/found/",
        {
            "kind": "joint_branch",
            "name": "华伟第一联合党支部",
            "parent": str(community.pk),
            "buildings": [str(building.pk)],
            "enterprises": f"{one.name}\n{other.credit_code}\n",
            "since": timezone.localdate().isoformat(),
        },
    )
    made = Organisation.rows_without_a_reader.get(kind="joint_branch")
    assert answer["Location"] == f"/organisations/{made.pk}/"
    assert made.coverages.count() == 2
    assert "已有党支部覆盖它" in text_of(client.get(f"/organisations/units/{one.pk}/"))


def test_the_office_is_not_told_how_few_members_an_enterprise_has(office, area):
    enterprise = declared(BuildingFactory(area=area), 2)
    page = text_of(signed_in(office).get(f"/organisations/units/{enterprise.pk}/"))
    assert "您看不到它的党员人数" in page


# Forms


def test_a_form_says_what_is_wrong_beside_its_field(secretary, community):
    client = signed_in(secretary)
    given = {"kind": "branch", "name": "海之星党支部", "since": "2024-03-01", "parent": str(community.pk)}
    page = text_of(client.post("/organisations/found/", given | {"enterprises": "没有这家公司"}), 422)
    assert "没有找到企业「没有这家公司」" in page
    page = text_of(client.post("/organisations/found/", given | {"parent": ""}), 422)
    assert "请选择所属街道或社区" in page
    page = text_of(client.post("/organisations/found/", given | {"since": "2199-03-01"}), 422)
    assert "这一天还没有到" in page


def test_a_branch_of_too_few_is_founded_when_somebody_says_why(secretary, community):
    small = declared(BuildingFactory(area=community.area), 2)
    given = {
        "kind": "branch",
        "name": "海之星党支部",
        "since": "2025-03-01",
        "parent": str(community.pk),
        "enterprises": small.name,
    }
    client = signed_in(secretary)
    assert 'name="despite"' in text_of(client.post("/organisations/found/", given), 422)
    assert client.post("/organisations/found/", given | {"despite": "上级已批准"}).status_code == 302


def test_an_office_is_filled_followed_and_left(secretary, community):
    client = signed_in(secretary)
    address = f"/organisations/{community.pk}/appoint/"
    given = {"office": "secretary", "name": "何云港", "manner": "elected", "since": "2023-02-01"}
    assert client.post(address, given).status_code == 302
    assert "已有书记" in text_of(client.post(address, given | {"name": "陈明"}), 422)
    first = Appointment.rows_without_a_reader.get()
    again = given | {"since": "2025-02-01", "follows": str(first.pk)}
    assert client.post(address, again).status_code == 302
    second = Appointment.rows_without_a_reader.get(until__isnull=True)
    assert second.person == first.person  # elected again: one person, two terms
    term = f"/organisations/offices/{second.pk}/term/"
    assert "不晚于任职日期" in text_of(client.post(term, {"term_end": "2025-01-01"}), 422)
    assert client.post(term, {"term_end": "2028-01-01"}).status_code == 302
    end = f"/organisations/offices/{second.pk}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, {"last_day": "2025-12-31"}).status_code == 302
    second.refresh_from_db()
    assert second.until == DAY(2026, 1, 1)


@pytest.mark.parametrize("step", ["change", "move", "cover", "end"])
def test_every_change_has_its_form_and_only_for_who_may(secretary, community, step):
    made = OrganisationFactory(parent=community, area=community.area)
    address = f"/organisations/{made.pk}/{step}/"
    assert "<form" in text_of(signed_in(secretary).get(address))
    assert signed_in(user_with("organisation_secretary", made)).get(address).status_code == 403
    assert signed_in(user_with("secretary", AreaFactory())).get(address).status_code == 404


def test_changes_by_form_are_done(secretary, community):
    made = OrganisationFactory(name="海之星党支部", parent=community, area=community.area)
    into = OrganisationFactory(name="云帆党支部", parent=community, area=community.area)
    enterprise = declared(BuildingFactory(area=community.area), 1)
    client, day = signed_in(secretary), "2025-03-01"
    sent = {
        "change": {"name": "海之星科技党支部", "kind": "branch", "since": day},
        "move": {"parent": str(community.pk), "area": str(community.area_id), "buildings": [], "since": day},
        "cover": {"enterprises": enterprise.name, "since": day},
        "end": {"into": str(into.pk), "since": "2025-04-01", "reason": "人员减少"},
    }
    for step, given in sent.items():
        assert client.post(f"/organisations/{made.pk}/{step}/", given).status_code == 302, step
    made.refresh_from_db()
    assert (made.name, made.merged_into) == ("海之星科技党支部", into)
    assert into.coverages.get().enterprise == enterprise


def test_the_office_sets_the_numbers_and_sees_their_sources(office, secretary, community):
    client = signed_in(office)
    address = "/organisations/rules/"
    page = text_of(client.get(address))
    assert "党支部工作条例（试行）第四条" in page
    given = {code: getattr(DEFAULTS, code) for code in CODES}
    assert "与其他数值矛盾" in text_of(client.post(address, given | {"committee_least": 6}), 422)
    assert client.post(address, given | {"founding_members": 2}).status_code == 302
    OrganisationFactory(name="海之星党支部", parent=community, area=community.area)
    assert "建支部要 2 名" in text_of(client.get("/organisations/work/"))
    assert signed_in(secretary).get(address).status_code == 403


# In a browser


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [(PC, "light"), (PHONE, "dark")])
def test_pages_are_accessible_and_the_tree_opens(open_page, axe, secretary, community, size, scheme):
    building = BuildingFactory(area=community.area)
    committee = OrganisationFactory(
        kind="building_committee",
        name="华伟楼宇综合党委",
        parent=community,
        area=community.area,
        buildings=[building],
    )
    branch = OrganisationFactory(name="海之星党支部", parent=committee, area=community.area)
    AppointmentFactory(organisation=branch)
    one = declared(building, 1)
    declared(building, 2)
    page = open_page(secretary, size=size, color_scheme=scheme)
    page.goto("/organisations/")
    page.locator("details", has_text="云港社区大党委").locator("summary").last.press("Enter")
    page.locator(".name", has_text="华伟楼宇综合党委").wait_for()
    assert axe(page) == []
    for address in (
        f"/organisations/{branch.pk}/",
        "/organisations/list/",
        "/organisations/work/",
        f"/organisations/units/{one.pk}/",
        "/organisations/found/",
        f"/organisations/{branch.pk}/appoint/",
    ):
        page.goto(address)
        assert axe(page) == [], address
