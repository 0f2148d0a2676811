"""Predicate and row filter of every permission agree, on random people, grants and records, and both are right.

``may(user, action, record)``, ``rows(user, action, Model)`` and ``Model.objects.for_reader(user)`` are held against
``evaluator.allowed``, which asks no query.
"""

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from louyu.accounts import policy
from louyu.accounts.models import Grant, User
from louyu.accounts.rules import SCOPES_OF_ROLE, Role, ScopeKind
from louyu.core.models import Job, Record
from louyu.desk.models import Follow, NamedView, Note, Notification
from louyu.duties.models import Absence, Duty
from louyu.organisations.models import Organisation
from louyu.tenants.models import DeclaredCount
from tests import factories
from tests.access.evaluator import Held, allowed

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)
SINCE = st.sampled_from([-400, -1, 0, 1, 30])
UNTIL = st.sampled_from([None, -30, -1, 0, 1, 400])
"""Days from today: long since, yesterday, today, tomorrow, later."""

slow = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # to shrink takes minutes on a database
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

SEEN = {action: action.partition(".see_") for action in policy.declared() if ".see_" in action}
MODELS = {
    model: f"{room}.see_{name}"
    for room, _see, name in SEEN.values()
    for model in apps.get_app_config(room).get_models()
    if model._meta.model_name == name and issubclass(model, Record)
}
"""Every model that somebody may see, with the permission to."""


def span(draw: st.DrawFn) -> tuple[datetime.date, datetime.date | None]:
    """From a day until a later one, or open."""
    since, until = TODAY() + DAY * draw(SINCE), draw(UNTIL)
    return since, None if until is None or TODAY() + DAY * until < since else TODAY() + DAY * until


def some_district(draw: st.DrawFn) -> dict[ScopeKind, list[Any]]:
    """A few records of every kind, hung together at random; by the kind of scope that they are."""
    areas = [factories.AreaFactory() for _ in range(2)]
    areas.append(factories.AreaFactory(parent=areas[0].parent))
    houses = [
        factories.BuildingFactory(area=draw(st.sampled_from([*areas, areas[0].parent, None])))
        for _ in range(3)
    ]
    units = [factories.UnitFactory(building=house) for house in houses]
    firms = [factories.EnterpriseFactory() for _ in range(2)]
    bodies = [factories.DepartmentFactory() for _ in range(2)]
    askers = [factories.UserFactory() for _ in range(2)]
    for firm in firms:
        for unit in draw(st.lists(st.sampled_from(units), max_size=2, unique=True)):
            since, until = span(draw)
            factories.OccupancyFactory(enterprise=firm, unit=unit, since=since, until=until)
        factories.ContactFactory(enterprise=firm)
        DeclaredCount(enterprise=firm, members=draw(st.integers(0, 5)), as_of=TODAY()).save()
    persons = [factories.PersonFactory() for _ in range(2)]
    for person in persons:
        since, until = span(draw)
        Duty(
            person=person,
            role=Duty.Role.SPECIALIST,
            building=draw(st.sampled_from(houses)),
            department=draw(st.sampled_from([*bodies, None])),
            since=since,
            until=until,
        ).save()
    deputy = draw(st.sampled_from([persons[1], None]))
    Absence(person=persons[0], deputy=deputy, since=TODAY(), until=TODAY() + DAY).save()
    for _ in range(2):
        body = draw(st.sampled_from([*bodies, None]))
        case = factories.CaseFactory(
            building=draw(st.sampled_from([*houses, None])),
            enterprise=draw(st.sampled_from([*firms, None])),
            department=body,
            asker=draw(st.sampled_from([*askers, None])),
        )
        factories.CaseEventFactory(case=case)
    _some_organisations(draw, areas)
    _some_desks(draw, askers, [*houses, *firms, case])
    return {
        ScopeKind.DISTRICT: [None],
        ScopeKind.SUBDISTRICT: [area.parent for area in areas],
        ScopeKind.COMMUNITY: areas,
        ScopeKind.BUILDING: houses,
        ScopeKind.DEPARTMENT: bodies,
        ScopeKind.ENTERPRISE: firms,
        ScopeKind.ORGANISATION: list(Organisation.rows_without_a_reader.all()),
        ScopeKind.SELF: askers,
    }


def _some_organisations(draw: st.DrawFn, areas: list[Any]) -> None:
    upper = factories.OrganisationFactory(area=draw(st.sampled_from([*areas, None])))
    lower = factories.OrganisationFactory(area=draw(st.sampled_from([*areas, None])), parent=upper)
    for organisation in (upper, lower, None):
        factories.MembershipFactory(
            organisation=organisation, area=draw(st.sampled_from([*areas, None] if organisation else areas))
        )


def _some_desks(draw: st.DrawFn, users: list[User], things: list[Any]) -> None:
    """What people are told, follow, write down and keep, about things that they see or not."""
    for user in users:
        thing = draw(st.sampled_from(things))
        about = {"about_model": thing._meta.label, "about": thing.pk}
        Notification(user=user, kind="test", text="有变化", shown_from=timezone.now(), **about).save()
        Follow(user=user, **about).save()
        Note(by=user, text="已电话联系", **about).save()
        shared = draw(st.sampled_from(["", "role", "scope", "everybody"]))
        NamedView(
            user=user,
            list="cases",
            path="/cases/",
            name="我的",
            shared=shared,
            role=draw(st.sampled_from(list(Role))) if shared == "role" else "",
            scope_kind="building" if shared == "scope" else "",
            scope_id=things[0].pk if shared == "scope" else None,
        ).save()
        Job(kind=draw(st.sampled_from(["desk.export", "test"])), by_id=user.pk, language="zh-hans").save()


def some_grants(draw: st.DrawFn, user: User, scopes: dict[ScopeKind, list[Any]]) -> list[Held]:
    """What somebody holds: past, running and coming, of one role or several."""
    held = []
    for _ in range(draw(st.integers(0, 3))):
        role = draw(st.sampled_from(list(Role)))
        kind = draw(st.sampled_from(SCOPES_OF_ROLE[role]))
        scope = draw(st.sampled_from(scopes[kind]))
        since, until = span(draw)
        held.append(Held(role, kind, scope.pk if scope else None, since, until))
        Grant(user=user, role=role, scope_kind=kind, scope_id=held[-1].scope, since=since, until=until).save()
    return held


def _fits(action: str, model: Any) -> bool:
    """Whether the permission can be asked of such a record: whose own it is, is a field of it."""
    own = policy.declared()[action].own
    return not own or hasattr(model, own.partition("__")[0])


@slow
@given(data=st.data())
def test_predicate_row_filter_and_reader_agree_with_a_plain_evaluation(data: st.DataObject) -> None:
    with transaction.atomic():
        scopes = some_district(data.draw)
        user = data.draw(st.sampled_from(scopes[ScopeKind.SELF]))
        user.is_active = data.draw(st.sampled_from([True, True, True, False]))
        held = some_grants(data.draw, user, scopes)
        actions = set(policy.declared())
        elsewhere = sorted(a for a in actions if ".see_" not in a and policy.declared()[a].these is None)
        for model, see in MODELS.items():
            records = list(model.rows_without_a_reader.all())
            room = model._meta.app_label
            of_the_room = [a for a in elsewhere if a.startswith(f"{room}.") and _fits(a, model)]
            other = data.draw(st.sampled_from([see, *of_the_room]))
            for action in {see, other}:
                rows = model.rows_without_a_reader.filter(policy.rows(user, action, model))
                found = set(rows.values_list("pk", flat=True))
                if action == see:
                    assert found == set(model.objects.for_reader(user).values_list("pk", flat=True))
                for record in records:
                    wanted = allowed(user, held, action, record, today=TODAY())
                    assert (record.pk in found) == wanted, (action, model, held)
                    assert policy.may(user, action, record) == wanted, (action, model, held)
        for action in actions:
            assert policy.may(user, action) == allowed(user, held, action, today=TODAY()), (action, held)
        transaction.set_rollback(True)
