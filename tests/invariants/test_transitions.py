"""I14: the state machine of cases admits only its declared transitions, and each only for whom it is declared.

Made from the declaration: every transition × state × role. What is allowed succeeds, everything else refuses and
changes nothing at all.
"""

import ast
import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from louyu.accounts import policy
from louyu.accounts.models import AuditEntry, User
from louyu.accounts.rules import SCOPES_OF_ROLE, Role, ScopeKind
from louyu.cases import commands
from louyu.cases.models import Case, CaseEvent, Outcome
from louyu.cases.states import CASES
from louyu.core.errors import Conflict, NotPermitted
from louyu.core.models import Fact
from louyu.core.states import Transition
from louyu.duties.models import Department
from tests.architecture.source import kind_of, modules
from tests.factories import CaseFactory, DepartmentFactory, GrantFactory, UserFactory, user_with

pytestmark = pytest.mark.django_db

STEPS = [t for t in CASES.transitions if not t.makes]
STATES = [s.code for s in CASES.states]
ROLES = list(Role)


def scope_of(role: Role, case: Case) -> Any:
    """A scope over which the role is held and in which the case lies."""
    kinds = SCOPES_OF_ROLE[role]
    records = {
        ScopeKind.DISTRICT: None,
        ScopeKind.SUBDISTRICT: case.building.area.parent,
        ScopeKind.COMMUNITY: case.building.area,
        ScopeKind.BUILDING: case.building,
        ScopeKind.DEPARTMENT: case.department,
        ScopeKind.ENTERPRISE: case.enterprise,
    }
    return records.get(kinds[0])


def somebody(role: Role, case: Case) -> User:
    """Whoever has this role over a scope in which the case lies; over an organisation, in which no case does."""
    if role == Role.ORGANISATION_SECRETARY:
        user: User = UserFactory()
        GrantFactory(user=user, role=role, scope_kind=ScopeKind.ORGANISATION, scope_id=case.pk)
        return user
    return user_with(role, scope_of(role, case))


def given_for(step: Transition, department: Department, handler: User) -> dict[str, Any]:
    """What the transition needs, as it is really given."""
    values = {
        "text": "已请物业核实，周三前给出办法",
        "reason": "需要与物业再协调一次",
        "proposal": "区住建局",
        "outcome": Outcome.SOLVED,
        "department": department,
        "handler": handler,
        "into": None,
    }
    given = {name: values[name] for name in step.needs}
    if "into" in given:
        given["into"] = CaseFactory(building=None, enterprise=None)
    return given


def case_in(state: str) -> tuple[Case, User]:
    """A case in this state that lies in every kind of scope, and a colleague in its department."""
    department = DepartmentFactory()
    colleague = user_with(Role.SPECIALIST, department)
    return CaseFactory(state=state, department=department), colleague


def stored(case: Case) -> dict[str, Any]:
    return Case.rows_without_a_reader.filter(pk=case.pk).values().get()


def trail() -> tuple[int, int, int]:
    return (
        AuditEntry.rows_without_a_reader.count(),
        CaseEvent.rows_without_a_reader.count(),
        Fact.rows_without_a_reader.count(),
    )


@pytest.mark.parametrize("step", STEPS, ids=lambda t: t.code)
@pytest.mark.parametrize("state", STATES)
def test_only_declared_transitions_are_made_and_only_by_whom_they_are_declared_for(
    state: str, step: Transition
) -> None:
    roles_of_it = policy.declared()[step.action].roles
    for role in ROLES:
        case, colleague = case_in(state)
        by = somebody(role, case)
        if role in (Role.MEMBER, Role.CHAIR, Role.API):  # theirs is what they asked for
            Case.rows_without_a_reader.filter(pk=case.pk).update(asker=by)
            case.refresh_from_db()
        given = given_for(step, case.department, colleague)
        if "into" in given and role != Role.OFFICE:
            Case.rows_without_a_reader.filter(pk=given["into"].pk).update(
                building=case.building, enterprise=case.enterprise, department=case.department
            )
        before, counted = stored(case), trail()
        allowed = role in roles_of_it and state in step.sources
        if allowed:
            commands.transition(case, step.code, by=by, **given)
            after = stored(case)
            assert after["state"] in step.reached_from(state), (step.code, state, role)
            assert (case.state, case.version) == (after["state"], after["version"])
            assert trail()[0] == counted[0] + 1
            assert trail()[1] == counted[1] + 1
            event = CaseEvent.rows_without_a_reader.filter(case=case).latest("at")
            assert (event.transition, event.from_state, event.to_state, event.by) == (
                step.code,
                state,
                case.state,
                by,
            )
        else:
            wanted = NotPermitted if role not in roles_of_it else commands.NotPossible
            with pytest.raises(wanted):
                commands.transition(case, step.code, by=by, **given)
            assert stored(case) == before, (step.code, state, role)
            assert trail() == counted


OUTSIDERS = [r for r in Role if ScopeKind.DISTRICT not in SCOPES_OF_ROLE[r] or len(SCOPES_OF_ROLE[r]) > 1]


@pytest.mark.parametrize("step", STEPS, ids=lambda t: t.code)
def test_nobody_does_anything_with_a_case_outside_their_scope(step: Transition) -> None:
    state = step.sources[0]
    for role in OUTSIDERS:
        case, colleague = case_in(state)
        elsewhere = CaseFactory(state=state, department=DepartmentFactory())
        by = somebody(role, elsewhere)
        before = stored(case)
        with pytest.raises(NotPermitted):
            commands.transition(case, step.code, by=by, **given_for(step, case.department, colleague))
        assert stored(case) == before, (step.code, role)


@pytest.mark.parametrize("step", [s for s in STEPS if s.needs], ids=lambda t: t.code)
def test_a_transition_without_what_it_needs_changes_nothing(step: Transition) -> None:
    for missing in step.needs:
        case, colleague = case_in(step.sources[0])
        given = given_for(step, case.department, colleague) | {missing: ""}
        by = user_with(Role.OFFICE) if step.code not in ("pass_on", "return_case") else colleague
        before = stored(case)
        with pytest.raises(commands.Refusal) as refused:
            commands.transition(case, step.code, by=by, **given)
        assert refused.value.field == missing
        assert refused.value.mend
        assert stored(case) == before


# Only one function sets a state ---------------------------------------------------------------------------------

PERMITTED = {
    "cases/commands/__init__.py::transition",
    "cases/registers/history.py::_Ledger",  # the declared transition record_history: the states of the file
}


WRITERS = {
    "Case",
    "save_changed",
    "change",
    "update",
    "create",
    "get_or_create",
    "update_or_create",
    "setattr",
}


def state_set(tree: ast.AST) -> list[int]:
    """Lines that set a state: ``x.state = …``, ``Case(state=…)``, ``save_changed(…, state=…)``, ``{"state": …}``."""
    lines = []
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        lines += [t.lineno for t in targets if isinstance(t, ast.Attribute) and t.attr == "state"]
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = [k.arg for k in node.keywords] + [
                a.value for a in node.args if isinstance(a, ast.Constant)
            ]
            lines += [node.lineno] if name in WRITERS and "state" in named else []
        if isinstance(node, ast.Dict):
            lines += [k.lineno for k in node.keys if isinstance(k, ast.Constant) and k.value == "state"]
    return lines


@pytest.mark.parametrize(
    "line",
    [
        "case.state = 'closed'",
        "Case(state='closed')",
        "save_changed(case, state='closed')",
        "cases.update(state='closed')",
        "setattr(case, 'state', 'closed')",
        "values = {'state': 'closed'}",
    ],
)
def test_the_guard_sees_a_state_being_set(line: str) -> None:
    assert state_set(ast.parse(line))


def test_only_transition_sets_a_state() -> None:
    """Imported history is declared apart: it brings the states of the file."""
    found = set()
    for module, tree in modules().items():
        if module.startswith("cases/") and kind_of(module) in ("commands", "registers", "models"):
            for function in tree.body:
                name = getattr(function, "name", "")
                found |= {f"{module}::{name}" for _line in state_set(function)}
    assert found <= PERMITTED
    assert "cases/commands/__init__.py::transition" in found


def test_every_permission_of_the_machine_is_declared() -> None:
    assert {t.action for t in CASES.transitions} <= set(policy.declared())


def test_every_step_is_known_to_the_commands() -> None:
    made = {t.code for t in CASES.transitions} - {"record_history"}
    assert set(commands.STEPS) == made


def test_numbers_are_given_in_order_and_never_twice() -> None:
    office = user_with(Role.OFFICE)
    category = CaseFactory().category
    cases = [commands.open_case(category=category, text="访客车位不够", by=office) for _n in range(3)]
    numbers = [int(c.number.split("-")[1]) for c in cases]
    assert [b - a for a, b in itertools.pairwise(numbers)] == [1, 1]


# Several at once -------------------------------------------------------------------------------------------------


def at_once(clients: int, act: Callable[[int], Any]) -> list[Any]:
    """So many clients act at the same moment, each on a connection of its own: what came of each."""
    start, came = threading.Barrier(clients), []

    def run(number: int) -> None:
        start.wait()
        try:
            came.append(act(number))
        except Exception as error:  # whatever it is, the test looks at it
            came.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def answers_at_once(clients: int) -> tuple[Case, list[Any]]:
    """Colleagues who all have the same case open answer it at the same moment."""
    department = DepartmentFactory()
    case = CaseFactory(state="in_hand", department=department)
    people = [user_with(Role.SPECIALIST, department) for _n in range(clients)]

    def answer(number: int) -> Case:
        mine = Case.rows_without_a_reader.get(pk=case.pk)
        opened.wait()  # everybody has the page open before anybody sends
        return commands.answer(mine, outcome=Outcome.SOLVED, text=f"答复第{number}号", by=people[number])

    opened = threading.Barrier(clients)
    return case, at_once(clients, answer)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_answer_at_once_one_does_and_the_others_are_told() -> None:
    for _round in range(3):
        case, came = answers_at_once(4)
        refused = [c for c in came if not isinstance(c, Case)]
        assert len(refused) == 3
        assert all(isinstance(c, Conflict) and c.mend for c in refused), refused
        answered = CaseEvent.rows_without_a_reader.filter(case=case, transition="answer").get()
        stored_now = Case.rows_without_a_reader.get(pk=case.pk)
        assert (stored_now.state, stored_now.outcome_reason) == ("answered", answered.text)
        assert (
            AuditEntry.rows_without_a_reader.filter(action="cases.answer", changes__subject=case.pk)
            .distinct()
            .count()
            == 1
        )


@pytest.mark.django_db(transaction=True)
def test_the_race_shows_when_nobody_waits_for_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: without lock and check, several answers stand."""
    monkeypatch.setattr(commands, "alone", lambda: None)
    monkeypatch.setattr(commands, "_locked", lambda case: case.state)
    case, came = answers_at_once(4)
    assert CaseEvent.rows_without_a_reader.filter(case=case, transition="answer").count() > 1, came


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_are_all_different() -> None:
    office = user_with(Role.OFFICE)
    category = CaseFactory().category
    came = at_once(8, lambda n: commands.open_case(category=category, text=f"访客车位不够{n}", by=office))
    numbers = sorted(int(c.number.split("-")[1]) for c in came)
    assert len(set(numbers)) == 8
    assert numbers == list(range(numbers[0], numbers[0] + 8))
