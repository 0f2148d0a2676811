"""What a case can be and what can be done with it: the one declaration.

Source of the stages: the practice of the hotlines (受理、交办、承办、反馈、回访、办结; 退回、延期、挂起、合并、重办).
"""

from django.utils.translation import gettext_lazy as _

from louyu.core.states import Clock, Machine, State, Transition

ACCEPTED, ASSIGNED, IN_HAND, WAITING = "accepted", "assigned", "in_hand", "waiting"
ANSWERED, RETURNED, REOPENED = "answered", "returned", "reopened"
CLOSED, WITHDRAWN, MERGED = "closed", "withdrawn", "merged"

WITH_THE_BUILDING = (ACCEPTED, RETURNED, REOPENED)
"""States in which the building's administrator has it."""
WITH_SOMEBODY = (ASSIGNED, IN_HAND)
"""States in which it was handed over or taken up."""
TO_BE_DONE = (*WITH_THE_BUILDING, *WITH_SOMEBODY)
"""States in which somebody has to do something about the matter; the others wait for the asker or are over."""
UNANSWERED = (*TO_BE_DONE, WAITING)

CASES = Machine(
    name="cases",
    states=(
        State(ACCEPTED, _("受理")),
        State(ASSIGNED, _("交办")),
        State(IN_HAND, _("承办")),
        State(WAITING, _("挂起"), clock=Clock.STOPPED),
        State(ANSWERED, _("反馈"), clock=Clock.NONE),
        State(RETURNED, _("退回")),
        State(REOPENED, _("重办")),
        State(CLOSED, _("办结"), open=False, clock=Clock.NONE),
        State(WITHDRAWN, _("撤回"), open=False, clock=Clock.NONE),
        State(MERGED, _("合并"), open=False, clock=Clock.NONE),
    ),
    transitions=(
        Transition("open_case", _("提出"), (), ACCEPTED, "cases.open_case", needs=("text", "category")),
        Transition(
            "record_history",
            _("补录"),
            (),
            "",
            "cases.record_history",
            targets=(
                ACCEPTED,
                ASSIGNED,
                IN_HAND,
                WAITING,
                ANSWERED,
                RETURNED,
                REOPENED,
                CLOSED,
                WITHDRAWN,
                MERGED,
            ),
        ),
        Transition(
            "answer",
            _("答复"),
            TO_BE_DONE,
            ANSWERED,
            "cases.answer",
            needs=("outcome", "text"),
        ),
        Transition(
            "hand_over",
            _("交办"),
            TO_BE_DONE,
            ASSIGNED,
            "cases.hand_over",
            needs=("department",),
            takes=("handler", "reason"),
        ),
        Transition(
            "pass_on",
            _("转交同事"),
            WITH_SOMEBODY,
            ASSIGNED,
            "cases.pass_on",
            needs=("handler",),
            takes=("reason",),
        ),
        Transition("take", _("承办"), (ACCEPTED, ASSIGNED, RETURNED, REOPENED), IN_HAND, "cases.take"),
        Transition(
            "return_case",
            _("退回"),
            WITH_SOMEBODY,
            RETURNED,
            "cases.return_case",
            needs=("reason", "proposal"),
        ),
        Transition("ask_asker", _("请反映人补充"), TO_BE_DONE, WAITING, "cases.ask_asker", needs=("text",)),
        Transition("asker_replies", _("补充"), (WAITING,), IN_HAND, "cases.reply", needs=("text",)),
        Transition("extend", _("延期"), UNANSWERED, "", "cases.extend", needs=("reason",), takes=("days",)),
        Transition(
            "confirm",
            _("确认"),
            (ANSWERED,),
            CLOSED,
            "cases.confirm",
            takes=("satisfaction", "reason"),
        ),
        Transition("close", _("办结"), (ANSWERED,), CLOSED, "cases.close", takes=("reason",)),
        Transition("reopen", _("重办"), (ANSWERED, CLOSED), REOPENED, "cases.reopen", needs=("reason",)),
        Transition(
            "withdraw", _("撤回"), UNANSWERED, WITHDRAWN, "cases.withdraw", needs=("reason",), asks_back=True
        ),
        Transition(
            "merge",
            _("合并"),
            UNANSWERED,
            MERGED,
            "cases.merge",
            needs=("into",),
            takes=("reason",),
            asks_back=True,
        ),
        Transition(
            "note",
            _("备注"),
            (*UNANSWERED, ANSWERED, CLOSED),
            "",
            "cases.note",
            needs=("text",),
            takes=("visible",),
            beside=True,
        ),
    ),
    ends=frozenset({WITHDRAWN, MERGED}),
)
