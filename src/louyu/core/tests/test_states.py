"""A declaration of states is checked where it is made, and says what can be done."""

from dataclasses import replace

import pytest

from louyu.core.states import Clock, Machine, State, Transition, WrongMachine

ASKED, WAITING, DONE = (
    State("asked", "提出"),
    State("waiting", "等待", clock=Clock.STOPPED),
    State("done", "完成", open=False),
)
ASK = Transition("ask", "提出", (), "asked", "try.ask", needs=("text",))
WAIT = Transition("wait", "等待", ("asked",), "waiting", "try.work")
GO_ON = Transition("go_on", "继续", ("waiting",), "asked", "try.work")
END = Transition("end", "完成", ("asked",), "done", "try.work", needs=("outcome",), takes=("text",))
NOTE = Transition("note", "备注", ("asked", "waiting", "done"), "", "try.note")
HISTORY = Transition("history", "补录", (), "", "try.keep", targets=("asked", "done"))

STEPS = (ASK, WAIT, GO_ON, END, NOTE, HISTORY)


def machine(*steps: Transition, states: tuple[State, ...] = (ASKED, WAITING, DONE)) -> Machine:
    return Machine("try", states, steps or STEPS, ends=frozenset({"done"}))


def test_what_is_possible_depends_on_the_state() -> None:
    assert [t.code for t in machine().possible("asked")] == ["wait", "end", "note"]
    assert [t.code for t in machine().possible("done")] == ["note"]
    assert machine().can("end", "asked")
    assert not machine().can("end", "waiting")


def test_a_transition_says_what_it_lacks_and_what_it_does_not_know() -> None:
    assert END.missing({"outcome": ""}) == ["outcome"]
    assert END.missing({"outcome": "solved"}) == []
    assert END.unknown({"outcome": 1, "text": 2, "colour": 3}) == ["colour"]


def test_a_note_leaves_the_state_and_history_may_end_in_several() -> None:
    assert NOTE.reached_from("waiting") == ("waiting",)
    assert HISTORY.reached_from("") == ("asked", "done")
    assert HISTORY.makes


def test_states_are_found_by_openness_and_clock() -> None:
    assert machine().open_states == ("asked", "waiting")
    assert machine().with_clock(Clock.STOPPED) == ("waiting",)
    assert machine().choices == [("asked", "提出"), ("waiting", "等待"), ("done", "完成")]


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ((ASK, WAIT, END, NOTE), "waiting cannot be left"),
        ((ASK, END, NOTE), "waiting cannot be reached"),
        ((*STEPS, ASK), "transition ask is declared twice"),
        ((*STEPS, Transition("fly", "飞", ("asked",), "moon", "try.work")), "a state moon that is not there"),
        (
            (*STEPS, Transition("undo", "重来", ("done",), "asked", "try.work")),
            "done is an end, but can be left",
        ),
        ((WAIT, GO_ON, END), "nothing makes a record"),
        ((*STEPS, replace(END, code="stop", takes=("outcome",))), "stop needs and takes outcome"),
        ((*STEPS, Transition("make", "做", (), "", "try.work")), "make makes a record in no state"),
        ((*STEPS, replace(HISTORY, code="old", target="done")), "old names one target and several"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_declaration_is_refused(steps: tuple[Transition, ...], fault: str) -> None:
    with pytest.raises(WrongMachine, match=fault):
        machine(*steps)


def test_a_state_reached_by_history_alone_is_not_reached() -> None:
    """Imported history is no way of working: a state that only old records have would be a dead part."""
    only_old = State("old", "旧", open=False)
    step = replace(HISTORY, targets=("old",))
    with pytest.raises(WrongMachine, match="old cannot be reached"):
        machine(*STEPS[:-1], step, states=(ASKED, WAITING, DONE, only_old))


def test_a_state_declared_twice_is_refused() -> None:
    with pytest.raises(WrongMachine, match="state asked is declared twice"):
        machine(states=(ASKED, WAITING, DONE, ASKED))


def test_the_diagram_draws_every_way() -> None:
    drawn = machine().diagram(but=("note",))
    assert drawn.startswith("stateDiagram-v2\n")
    assert "    [*] --> asked : 提出\n" in drawn
    assert "    waiting --> asked : 继续\n" in drawn
    assert "    done --> [*]\n" in drawn
    assert "备注" not in drawn
