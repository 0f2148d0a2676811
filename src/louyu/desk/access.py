"""Who has what on their desk: one's own, and what stands beside a record that one sees."""

from django.db.models import Q

from louyu.accounts.models import User
from louyu.accounts.policy import Row
from louyu.accounts.rules import STAFF, Role
from louyu.desk.models import NamedView
from louyu.desk.things import visible


def _own_and_visible(user: User) -> Q:
    """Their own, as long as they see what it is about. Somebody whose duty ended is not told any more."""
    return Q(user=user) & visible(user)


def _own(user: User) -> Q:
    """Their own. The district office keeps no list of what others follow."""
    return Q(user=user)


def _beside_what_is_seen(user: User) -> Q:
    """On what they see. Nobody finds a note on what is not theirs."""
    return visible(user)


def _own_notes(user: User) -> Q:
    """Their own, on what they see. Nobody puts words into another's mouth."""
    return Q(by=user) & visible(user)


def _shared_views(user: User) -> Q:
    """Their own, and those shared with them. A view is an address: who opens it finds their own records."""
    shared = NamedView.Shared
    grants = user.running_grants
    found = Q(user=user) | Q(shared=shared.EVERYBODY)
    found |= Q(shared=shared.ROLE, role__in=[grant.role for grant in grants])
    for grant in grants:
        found |= Q(shared=shared.SCOPE, scope_kind=grant.scope_kind, scope_id=grant.scope_id)
    return found


def _own_jobs_and_the_log(user: User) -> Q:
    """What they asked for; for audit readers every export too."""
    found = Q(by_id=user.pk)
    if any(grant.role == Role.AUDIT for grant in user.running_grants):
        found |= Q(kind="desk.export")
    return found


ROWS: tuple[Row, ...] = (
    Row.of_these(
        "desk.see_notification",
        _own_and_visible,
        why="what somebody is told is for them alone, and not of what they may not see any more",
    ),
    Row.of_these("desk.see_follow", _own, why="what somebody follows is their own affair"),
    Row.of_these(
        "desk.follow",
        _own,
        why="whoever sees a thing may want to know what happens to it; nobody sees more by it",
    ),
    Row.of_these(
        "desk.see_note",
        _beside_what_is_seen,
        *STAFF,
        why="notes are among staff, and seen with what they are written on",
    ),
    Row.of("desk.write_note", *STAFF, why="staff tell each other what no field of the register holds"),
    Row.of_these(
        "desk.mend_note",
        _own_notes,
        *STAFF,
        why="who wrote a note corrects or withdraws it; the trail keeps both",
    ),
    Row.of_these(
        "desk.see_namedview",
        _shared_views,
        why="a kept view is its maker's, or those it is shared with see it",
    ),
    Row.of_these(
        "desk.keep_view", _own, why="everybody keeps the filters they use; a shared view is its maker's"
    ),
    Row.of(
        "desk.share_view",
        Role.OFFICE,
        Role.SUBDISTRICT,
        Role.SECRETARY,
        Role.DEPARTMENT_LEAD,
        why="whoever leads others puts a view on their desks; with everybody only the office does",
    ),
    Row.of_these(
        "core.see_job",
        _own_jobs_and_the_log,
        why="whoever asked for work sees what came of it; audit readers see who took which list along",
    ),
    Row.for_everybody(
        "desk.export_list",
        "whoever sees a list may take it along: the file says whose it is, and the log keeps it",
    ),
)
