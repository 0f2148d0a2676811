"""Commands by which organisations begin and end: found, merge, dissolve."""

import datetime
from collections import Counter
from collections.abc import Collection

from django.db import IntegrityError
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.core.errors import Conflict, Refusal
from louyu.core.words import search_text
from louyu.organisations.commands.changing import placed
from louyu.organisations.commands.periods import (
    clean_name,
    covered,
    ended,
    name_taken,
    refuse_future,
    refuse_wrong_superior,
    running_period,
    runs_after,
    saved,
    seated,
)
from louyu.organisations.commands.settings import district_numbers
from louyu.organisations.models import Appointment, Coverage, Kind, Membership, Organisation, Period, Seat
from louyu.organisations.rules.founding import may_found_branch, may_found_joint_branch
from louyu.places.models import Area, Building
from louyu.tenants.models import DeclaredCount, Enterprise

Day = datetime.date


@command("organisations.keep_organisations")
def found(
    under: Organisation | Area,
    *,
    kind: str,
    name: str,
    since: Day | None,
    document: str = "",
    area: Area | None = None,
    buildings: Collection[Building] = (),
    enterprises: Collection[Enterprise] = (),
    despite: str = "",
    by: User,
) -> Organisation:
    """Found an organisation under another, or as the first of an area; ``by`` answers for either.

    since: the day of the decision, None where only "before anyone knows" is known. area: where it sits; that of
    ``under`` by default. despite: why it is founded although its units have too few members, or too many for a joint
    branch; without it such a finding refuses.
    Raises Refusal with field, value and mend; Conflict for a name that is taken.
    """
    alone()
    name, kind = clean_name(name), str(Kind(kind).value)
    if since is not None:
        refuse_future(since)
    parent = under if isinstance(under, Organisation) else None
    refuse_wrong_superior(kind, parent)
    if parent is not None:
        _refuse_before(parent, since)
    _refuse_unless_enough(kind, enterprises, despite)
    own_area = area or (under if isinstance(under, Area) else under.area)
    organisation = Organisation(
        name=name,
        kind=kind,
        parent=parent,
        area=own_area,
        founded=since,
        founding_document=document[:60],
        despite=despite.strip()[:200],
        search=search_text(name),
    )
    try:
        organisation.save(force_insert=True)
    except IntegrityError as error:
        raise name_taken(error, name) from error
    first = Period(
        organisation=organisation,
        name=name,
        kind=kind,
        parent=parent,
        area=own_area,
        since=since,
        began=Period.Began.FOUNDED,
        document=document[:60],
    )
    first.save(force_insert=True)
    changes = made(organisation, first)
    changes += seated(organisation, buildings, since)
    changes += covered(organisation, enterprises, since, document)
    record(changes, reason=despite)
    return organisation


def _refuse_before(parent: Organisation, since: Day | None) -> None:
    if since is not None and parent.founded is not None and since < parent.founded:
        raise Refusal(
            _("成立日期早于上级组织（%s）。") % parent.founded,
            field="since",
            value=str(since),
            mend=_("请核对这两个日期。"),
        )


def _refuse_unless_enough(kind: str, enterprises: Collection[Enterprise], despite: str) -> None:
    if despite.strip() or kind not in (Kind.BRANCH, Kind.JOINT_BRANCH) or not enterprises:
        return
    numbers, known = district_numbers(), list(known_full_members(enterprises).values())
    if not any(known):
        return  # nobody said yet how many there are
    if kind == Kind.BRANCH and not may_found_branch(sum(known), numbers).holds:
        raise Refusal(
            _("登记的正式党员不足 %s 名，不能单独建支部。") % numbers.founding_members,
            field="enterprises",
            value="、".join(e.name for e in enterprises)[:80],
            mend=_("请组建联合党支部，或写明为什么仍这样设置。"),
            code="too_few_members",
        )
    if kind == Kind.JOINT_BRANCH and not may_found_joint_branch(known, numbers).holds:
        raise Refusal(
            _(
                "联合党支部要由 2 至 %(units)s 个正式党员各不足 %(members)s 名的单位组成，合计不少于 %(members)s 名。"
            )
            % {"units": numbers.joint_units, "members": numbers.founding_members},
            field="enterprises",
            value="、".join(e.name for e in enterprises)[:80],
            mend=_("请看建议的组合，或写明为什么仍这样设置。"),
            code="joint_branch_does_not_fit",
        )


def known_full_members(enterprises: Collection[Enterprise]) -> dict[Enterprise, int]:
    """Full members of each enterprise as far as they are known: on the roster, or declared, whichever is more."""
    full = Membership.rows_without_a_reader.filter(
        enterprise__in=enterprises, until__isnull=True, stage=Membership.Stage.FULL
    ).exclude(status=Membership.Status.GUEST)
    listed = Counter(full.values_list("enterprise_id", flat=True))
    newest = DeclaredCount.rows_without_a_reader.filter(enterprise=OuterRef("enterprise")).order_by("-as_of")
    stated = DeclaredCount.rows_without_a_reader.filter(
        enterprise__in=enterprises, pk=Subquery(newest.values("pk")[:1])
    )
    declared = dict(stated.values_list("enterprise_id", "members"))
    return {e: max(listed[e.pk], declared.get(e.pk, 0)) for e in enterprises}


@command("organisations.keep_organisations")
def dissolve(
    organisation: Organisation, *, since: Day, document: str = "", reason: str = "", by: User
) -> None:
    """End an organisation: ``since`` is the first day without it. Seats, coverages and offices end with it.

    Raises Conflict for one that is dissolved or still has organisations under it or members.
    """
    alone()
    organisation.refresh_from_db()
    refuse_future(since)
    below = Organisation.rows_without_a_reader.filter(parent=organisation, dissolved__isnull=True)
    if below.exists():
        raise Conflict(
            _("它下面还有 %s 个组织。") % below.count(),
            field="organisation",
            value=str(organisation),
            mend=_("请先把它们并入或调到别处。"),
        )
    members = Membership.rows_without_a_reader.filter(runs_after(since), organisation=organisation)
    if members.exists():
        raise Conflict(
            _("还有党员的组织关系在这里。"),
            field="organisation",
            value=str(organisation),
            mend=_("请先转接他们的组织关系，或把组织并入另一个。"),
        )
    record(_ended(organisation, since, document), reason=reason)


@command("organisations.keep_organisations")
def merge(
    organisation: Organisation,
    *,
    into: Organisation,
    since: Day,
    document: str = "",
    reason: str = "",
    by: User,
) -> None:
    """Merge an organisation into another: members, enterprises and what stands under it go over on that day.

    ``by`` answers for both. Raises Refusal for one into itself, of another line, or on a day that does not fit;
    Conflict for one that is dissolved.
    """
    alone()
    organisation.refresh_from_db()
    into.refresh_from_db()
    require(by, "organisations.keep_organisations", into)
    refuse_future(since)
    if organisation.pk == into.pk:
        raise Refusal(_("不能并入自己。"), field="into", value=str(into), mend=_("请选择另一个组织。"))
    running_period(into)
    if into.founded is not None and since < into.founded:
        raise Refusal(
            _("这一天接收的组织还没有成立（%s）。") % into.founded,
            field="since",
            value=str(since),
            mend=_("请核对日期。"),
        )
    changes: list[Change] = []
    for child in Organisation.rows_without_a_reader.filter(parent=organisation, dissolved__isnull=True):
        if child.pk == into.pk:
            raise Refusal(
                _("不能并入自己的下级组织。"), field="into", value=str(into), mend=_("请先调整它的上级。")
            )
        refuse_wrong_superior(child.kind, into)
        changes += placed(child, parent=into, area=child.area, since=since, document=document)
    changes += _members_over(organisation, into, since)
    running = Coverage.rows_without_a_reader.filter(organisation=organisation, until__isnull=True)
    enterprises = [coverage.enterprise for coverage in running.select_related("enterprise")]
    changes += covered(into, enterprises, since, document)
    changes += _ended(organisation, since, document, into)
    record(changes, reason=reason)


def _members_over(organisation: Organisation, into: Organisation, since: Day) -> list[Change]:
    """Let its members be members of the other from a day on; who is a guest there already stays one row."""
    running = Membership.rows_without_a_reader.filter(until__isnull=True)
    moving = list(running.filter(organisation=organisation))
    there = {m.person_id: m for m in running.filter(organisation=into)}
    changes, fresh = [], []
    for membership in moving:
        already = there.get(membership.person_id)
        changes += save_changed(membership, until=max(since, membership.since))
        if already is not None and membership.status == Membership.Status.GUEST:
            continue
        if already is not None:
            changes += save_changed(already, until=max(since, already.since))
        fresh.append(
            Membership(
                person_id=membership.person_id,
                organisation=into,
                enterprise_id=membership.enterprise_id,
                status=membership.status,
                stage=membership.stage,
                since=max(since, membership.since, already.since if already else since),
                joined_sealed=membership.joined_sealed,
                basis=membership.basis,
                consent=membership.consent,
            )
        )
    Membership.rows_without_a_reader.bulk_create(fresh)
    return changes + made(*fresh)


def _ended(
    organisation: Organisation, since: Day, document: str, into: Organisation | None = None
) -> list[Change]:
    period = running_period(organisation)
    if period.since is not None and since < period.since:
        raise Refusal(
            _("撤销日期早于上一次变动（%s）。") % period.since,
            field="since",
            value=str(since),
            mend=_("请核对这两个日期。"),
        )
    changes = save_changed(period, until=since)
    for model in (Seat, Coverage, Appointment):
        rows = model.rows_without_a_reader.filter(runs_after(since), organisation=organisation)
        changes += ended(rows, since)
    return changes + saved(organisation, dissolved=since, dissolving_document=document[:60], merged_into=into)
