"""Commands on enterprises: two records of one enterprise become one, and apart again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from louyu.accounts.chain import Change, snapshot
from louyu.accounts.commands import alone, command, record, revert, save_changed
from louyu.accounts.models import AuditEntry, User
from louyu.accounts.policy import require
from louyu.core.errors import Conflict, Refusal
from louyu.desk.commands import tell_followers
from louyu.tenants.models import Contact, DeclaredCount, Enterprise, Occupancy
from louyu.tenants.rules.merging import joined_span, overlap

FILLED_FROM_THE_OTHER = (
    "credit_code",
    "legal_form",
    "parent_id",
    "industry_section",
    "industry_class",
    "registered_capital_fen",
    "staff",
    "note",
)


@command("tenants.merge_enterprises")
def merge(kept: Enterprise, other: Enterprise, *, reason: str, by: User) -> Enterprise:
    """Make two records of one enterprise one: ``other`` goes into ``kept``, with all that hangs on it.

    What ``kept`` does not know it takes from ``other``; where both sat behind one door at one time, one occupancy
    covers both spans. Nothing is lost: the trail holds every record, and ``part`` takes it back.
    Raises Refusal for a record with itself, Conflict for one that is merged already.
    """
    require(by, "tenants.merge_enterprises", other)
    alone()
    if kept.pk == other.pk:
        raise Refusal(
            _("一家企业不能与自己合并。"), field="other", value=other.name, mend=_("请选择另一条登记。")
        )
    for one in (kept, other):
        one.refresh_from_db()
        if one.merged_into_id:
            raise Conflict(
                _("这条登记已经合并过了。"), field="enterprise", value=one.name, mend=_("请刷新页面再看。")
            )
    changes = save_changed(other, merged_into=kept)
    fill = {
        f: getattr(other, f)
        for f in FILLED_FROM_THE_OTHER
        if getattr(kept, f) in (None, "") and getattr(other, f)
    }
    changes += save_changed(kept, **fill)
    changes += _move_occupancies(kept, other)
    for contact in Contact.rows_without_a_reader.filter(enterprise=other):
        changes += save_changed(contact, enterprise=kept)
    changes += _move_counts(kept, other)
    for office in Enterprise.rows_without_a_reader.filter(parent=other).exclude(pk=kept.pk):
        changes += save_changed(office, parent=kept)
    tell_followers([kept.pk, other.pk], "merged", gettext_noop("与另一条登记合并了"), by=by)
    record(changes, reason=reason)
    return kept


@command("tenants.merge_enterprises")
def part(kept: Enterprise, *, by: User) -> None:
    """Take the newest merge into this enterprise back. Raises Conflict when later changes depend on it."""
    alone()
    entry = (
        AuditEntry.rows_without_a_reader.filter(
            action="tenants.merge_enterprises", undoes__isnull=True, undone_by__isnull=True,
            changes__model=Enterprise._meta.label, changes__after__contains=f'"merged_into":"{kept.pk.hex}"',
        )
        .order_by("-sequence")
        .first()
    )  # fmt: skip
    if entry is None:
        raise Conflict(_("没有可以撤销的合并。"), field="enterprise", value=kept.name)
    revert(entry)


def _move_occupancies(kept: Enterprise, other: Enterprise) -> list[Change]:
    changes: list[Change] = []
    own = list(Occupancy.rows_without_a_reader.filter(enterprise=kept))
    for occupancy in Occupancy.rows_without_a_reader.filter(enterprise=other):
        twin = next(
            (
                o
                for o in own
                if o.unit_id == occupancy.unit_id
                and overlap((o.since, o.until), (occupancy.since, occupancy.until))
            ),
            None,
        )
        if twin is None:
            changes += save_changed(occupancy, enterprise=kept)
            own.append(occupancy)
            continue
        since, until = joined_span((twin.since, twin.until), (occupancy.since, occupancy.until))
        changes += _taken_away(occupancy)
        changes += save_changed(twin, since=since, until=until, area=twin.area or occupancy.area)
    return changes


def _move_counts(kept: Enterprise, other: Enterprise) -> list[Change]:
    changes: list[Change] = []
    days = set(DeclaredCount.rows_without_a_reader.filter(enterprise=kept).values_list("as_of", flat=True))
    for count in DeclaredCount.rows_without_a_reader.filter(enterprise=other):
        changes += _taken_away(count) if count.as_of in days else save_changed(count, enterprise=kept)
    return changes


def _taken_away(instance: Any) -> list[Change]:
    """Take a record away that another now stands for; the trail keeps its values."""
    change = Change(instance._meta.label, instance.pk, snapshot(instance), None)
    type(instance).rows_without_a_reader.filter(pk=instance.pk).delete()
    return [change]
