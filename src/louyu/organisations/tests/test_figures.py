"""The figures of organisations equal their lists and a count by hand, for every reader, place and day."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from louyu.indicators.queries import measure, moves, number_of, place_of
from louyu.indicators.registry import indicators
from louyu.organisations import commands
from louyu.organisations.models import Kind, Membership, Organisation
from tests import factories

pytestmark = pytest.mark.django_db

DAY = datetime.date
DAYS = st.dates(DAY(2023, 1, 1), DAY(2025, 12, 31))
CODES = [
    "organisations.building_committees",
    "organisations.branches",
    "organisations.members_managed",
    "organisations.members_homed",
]
WHO = ("office", "subdistrict", "secretary", "organisation_secretary")
KINDS = [Kind.BUILDING_COMMITTEE, Kind.BRANCH, Kind.JOINT_BRANCH, Kind.GENERAL_BRANCH]


@st.composite
def districts(draw):
    founded = [
        (
            draw(st.sampled_from(KINDS)),
            draw(st.integers(0, 1)),
            *sorted((draw(DAYS), draw(DAYS))),
            draw(st.booleans()),
        )
        for _n in range(draw(st.integers(1, 6)))
    ]  # kind, community and building, founded, dissolved (or not)
    members = [
        (
            draw(st.integers(0, 4)),
            draw(st.integers(0, 5)),
            *sorted((draw(DAYS), draw(DAYS))),
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for _n in range(draw(st.integers(0, 8)))
    ]  # person, organisation, since, until (or open), guest, homed
    return founded, members


def apart(span, others):
    """Whether a span from a day until a day (open: still) overlaps none of the others."""
    since, until = span
    return all((until and until <= s) or (u and u <= since) for s, u in others)


def build(district):
    """Write the district; its organisations, its memberships, its readers."""
    founded, members = district
    grounds = [factories.AreaFactory(name=name) for name in ("云港社区", "明珠社区")]
    houses = [factories.BuildingFactory(area=area) for area in grounds]
    top = factories.OrganisationFactory(kind="community_committee", area=grounds[0], founded=DAY(2022, 1, 1))
    made = [
        factories.OrganisationFactory(
            kind=kind,
            area=grounds[where],
            parent=top if where == 0 else None,
            buildings=[houses[where]],
            founded=since,
            dissolved=until if ends and until > since else None,
        )
        for kind, where, since, until, ends in founded
    ]
    persons = [factories.PersonFactory() for _n in range(5)]
    told, taken, homed = [], {}, set()
    for who, where, since, until, open_end, guest in members:
        organisation = made[where % len(made)]
        end = None if open_end else until
        key = (who, organisation.pk)
        if since == end or not apart((since, end), taken.get(key, [])):
            continue
        alone = apart((since, end), [s for (p, _o), spans in taken.items() if p == who for s in spans])
        guest = guest or not alone
        taken.setdefault(key, []).append((since, end))
        first = not guest and who not in homed
        homed |= {who} if first else set()
        told.append(
            factories.MembershipFactory(
                person=persons[who],
                organisation=organisation,
                status="guest" if guest else "attached",
                since=since,
                until=end,
                homed=first,
            )
        )
    readers = {
        "office": factories.user_with("office"),
        "subdistrict": factories.user_with("subdistrict", grounds[0].parent),
        "secretary": factories.user_with("secretary", grounds[1]),
        "organisation_secretary": factories.user_with("organisation_secretary", top),
    }
    return readers, top, houses


def by_hand(code, who, top, day, building):
    """How many count, asked of each record one by one."""

    def seen(organisation):
        here = organisation.area.name == "云港社区"
        return {"office": True, "subdistrict": here, "secretary": not here, "organisation_secretary": here}[
            who
        ]

    def there(one):
        return (one.since is None or one.since <= day) and (one.until is None or one.until > day)

    def placed(organisation):
        return building is None or any(
            seat.building_id == building.pk and there(seat) for seat in organisation.seats.all()
        )

    every = [o for o in Organisation.rows_without_a_reader.all() if seen(o) and placed(o)]
    if code in CODES[:2]:
        kinds = {Kind.BUILDING_COMMITTEE} if code == CODES[0] else {Kind.BRANCH, Kind.JOINT_BRANCH}
        return sum(
            o.kind in kinds and o.founded <= day and (not o.dissolved or day < o.dissolved) for o in every
        )
    rows = Membership.rows_without_a_reader.filter(organisation__in=every)
    if code == CODES[2]:
        return len({m.person_id for m in rows if there(m)})
    return len({m.person_id for m in rows if m.homed and m.since <= day})


@settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # to shrink takes minutes on a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(district=districts(), days=st.tuples(DAYS, DAYS), who=st.sampled_from(WHO), narrow=st.booleans())
def test_every_figure_equals_its_list_and_a_count_by_hand(district, days, who, narrow):
    first, last = sorted(days)
    with transaction.atomic():
        readers, top, houses = build(district)
        reader, building = readers[who], houses[0] if narrow else None
        if building and who == "organisation_secretary":
            building = None  # sees no buildings to choose from
        place = place_of(reader, building=building.pk if building else None)
        if building and who == "secretary":
            place, building = place_of(reader, building=houses[1].pk), houses[1]
        for code in CODES:
            indicator = indicators()[code]
            now = measure(indicator, reader, last, place)
            assert now.value == by_hand(code, who, top, last, building), code
            listed = indicator.counted(reader, last, place)
            assert (now.records, now.value) == (listed.count(), number_of(indicator, listed))
            found = moves(indicator, reader, first, last, place)
            came, went = number_of(indicator, found.came), number_of(indicator, found.went)
            assert measure(indicator, reader, first, place).value + came - went == now.value, code
        transaction.set_rollback(True)


def test_a_figure_moves_by_one_with_the_record():
    office, area = factories.user_with("office"), factories.AreaFactory()
    secretary, today = factories.user_with("secretary", area), DAY(2025, 6, 1)

    def value(code):
        return measure(indicators()[code], office, today).value

    community = commands.found(
        area, kind="community_committee", name="云港社区大党委", since=DAY(2024, 1, 1), by=office
    )
    committee = commands.found(
        community, kind="building_committee", name="华伟楼宇综合党委", since=DAY(2024, 2, 1), by=office
    )
    branch = commands.found(committee, kind="branch", name="海之星党支部", since=DAY(2024, 3, 1), by=office)
    lost = commands.register_member(
        area, person=factories.PersonFactory(), since=DAY(2024, 4, 1), by=secretary
    )
    assert [value(code) for code in CODES] == [1, 1, 0, 0]
    home = commands.attach(lost, organisation=branch, since=DAY(2024, 5, 1), by=secretary)
    assert [value(code) for code in CODES] == [1, 1, 1, 1]
    commands.end_membership(home, until=DAY(2025, 1, 1), reason="转出", by=secretary)
    commands.dissolve(branch, since=DAY(2025, 2, 1), by=office)
    commands.dissolve(committee, since=DAY(2025, 3, 1), by=office)
    assert [value(code) for code in CODES] == [0, 0, 0, 1]


@pytest.mark.parametrize("number", [2, 3])
def test_the_records_of_a_figure_name_no_person_and_no_organisation_of_fewer_than_three(client, number):
    member = factories.MembershipFactory(person=factories.PersonFactory(name="林口袋"))
    factories.MembershipFactory.create_batch(number - 1, organisation=member.organisation)
    client.force_login(factories.user_with("office"))
    page = client.get("/figures/organisations.members_managed/").content.decode()
    assert "林" not in page.split('id="list"')[1]
    assert (member.organisation.name in page) == (number >= 3)
