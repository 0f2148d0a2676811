"""What a transfer of a member's relation (组织关系转接) can be and what can be done with it: the one declaration.

Both sides confirm: the organisation that lets go, by its letter of introduction, and the one that takes in, when the
letter is handed in. A letter that ran out can be written anew.
"""

from django.utils.translation import gettext_lazy as _

from louyu.core.states import Clock, Machine, State, Transition

ASKED, LET_GO, ARRIVED, REFUSED, CALLED_OFF = "asked", "let_go", "arrived", "refused", "called_off"

TRANSFERS = Machine(
    name="transfers",
    states=(
        State(ASKED, _("待转出")),
        State(LET_GO, _("在途")),
        State(ARRIVED, _("已接收"), open=False, clock=Clock.NONE),
        State(REFUSED, _("已退回"), open=False, clock=Clock.NONE),
        State(CALLED_OFF, _("已取消"), open=False, clock=Clock.NONE),
    ),
    transitions=(
        Transition("ask_transfer", _("申请转接"), (), ASKED, "organisations.ask_transfer", needs=("to",)),
        Transition(
            "let_go",
            _("同意转出"),
            (ASKED,),
            LET_GO,
            "organisations.let_go",
            needs=("letter_on",),
            takes=("letter_number",),
        ),
        Transition(
            "renew_letter",
            _("重开介绍信"),
            (LET_GO,),
            "",
            "organisations.let_go",
            needs=("letter_on", "reason"),
            takes=("letter_number",),
        ),
        Transition(
            "take_in",
            _("确认接收"),
            (LET_GO,),
            ARRIVED,
            "organisations.take_in",
            needs=("arrived_on",),
        ),
        Transition(
            "refuse",
            _("退回"),
            (ASKED, LET_GO),
            REFUSED,
            "organisations.take_in",
            needs=("reason",),
        ),
        Transition(
            "call_off",
            _("取消"),
            (ASKED, LET_GO),
            CALLED_OFF,
            "organisations.ask_transfer",
            needs=("reason",),
            asks_back=True,
        ),
    ),
    ends=frozenset({ARRIVED, REFUSED, CALLED_OFF}),
)
