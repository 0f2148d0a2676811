"""How an organisation's history is written: a change ends the running period and begins the next."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import made, save_changed
from louyu.core.errors import Conflict, Refusal
from louyu.core.words import normalise, search_text
from louyu.organisations.models import Coverage, Kind, Organisation, Period, Seat
from louyu.organisations.rules.kinds import Kind as KindCode
from louyu.organisations.rules.kinds import may_stand_under
from louyu.places.models import Building
from louyu.tenants.models import Enterprise

Day = datetime.date


def refuse_future(day: Day, field: str = "since") -> None:
    """A change is entered when it is in force, or afterwards. Raises Refusal."""
    if day > timezone.localdate():
        raise Refusal(_("这一天还没有到。"), field=field, value=str(day), mend=_("请在生效当天或以后登记。"))


def clean_name(name: str) -> str:
    """A name as it is kept. Raises Refusal for an empty or too long one."""
    name = normalise(name)
    if not name:
        raise Refusal(_("还没有写组织名称。"), field="name", mend=_("请填写全称。"))
    if len(name) > 80:
        raise Refusal(
            _("组织名称过长。"), field="name", value=name[:40] + "…", mend=_("请不要超过 80 个字。")
        )
    return name


def refuse_wrong_superior(kind: str, parent: Organisation | None) -> None:
    """Raises Refusal where an organisation of this kind cannot stand there."""
    if parent is not None and parent.dissolved is not None:
        raise Refusal(
            _("上级组织已经撤销。"), field="parent", value=str(parent), mend=_("请选择在册的上级组织。")
        )
    superior = None if parent is None else KindCode(parent.kind)
    if not may_stand_under(KindCode(kind), superior):
        raise Refusal(
            _("%(kind)s不能设在这个上级组织之下。") % {"kind": Kind(kind).label},
            field="parent",
            value="" if parent is None else str(parent),
            mend=_("社区大党委在最上，其下依次是楼宇综合党委、党总支、党支部；群团组织设在党组织之下。"),
        )


def running_period(organisation: Organisation) -> Period:
    """What the organisation is now. Raises Conflict for one that is dissolved."""
    found: Period | None = Period.rows_without_a_reader.filter(
        organisation=organisation, until__isnull=True
    ).first()
    if found is None or organisation.dissolved is not None:
        raise Conflict(
            _("这个组织已在 %s 撤销。") % organisation.dissolved,
            field="organisation",
            value=str(organisation),
            mend=_("请刷新页面再看。"),
        )
    return found


def next_period(
    organisation: Organisation, *, since: Day, began: Period.Began, document: str, **values: Any
) -> list[Change]:
    """End what the organisation is and begin what it becomes; its own row says the new values too."""
    period = running_period(organisation)
    if period.since is not None and since <= period.since:
        raise Refusal(
            _("这一天不晚于上一次变动（%s）。") % period.since,
            field="since",
            value=str(since),
            mend=_("请核对日期；要更正以前的变动，请联系区楼宇办。"),
        )
    fresh = Period(
        organisation=organisation,
        name=period.name,
        kind=period.kind,
        parent_id=period.parent_id,
        area_id=period.area_id,
        since=since,
        began=began,
        document=document[:60],
    )
    for name, value in values.items():
        setattr(fresh, name, value)
    changes = save_changed(period, until=since)
    fresh.save(force_insert=True)
    return changes + made(fresh) + saved(organisation, **values)


def saved(organisation: Organisation, **values: Any) -> list[Change]:
    """Save an organisation's values, its search text with them. Raises Conflict for a name that is taken."""
    if "name" in values:
        organisation.search = search_text(values["name"])
        organisation.save(update_fields=["search"])
    try:
        return save_changed(organisation, **values)
    except IntegrityError as error:
        raise name_taken(error, str(values.get("name", ""))) from error


def name_taken(error: IntegrityError, name: str) -> Conflict:
    """What the database refused, in words; anything else is raised again."""
    if "organisation_name_once" not in str(error) and "organisation.name" not in str(error):
        raise error
    return Conflict(_("已有同名的组织。"), field="name", value=name, mend=_("请打开已有的组织，或写明区别。"))


def seated(organisation: Organisation, buildings: Iterable[Building], since: Day | None) -> list[Change]:
    """Let an organisation sit in exactly these buildings from a day on."""
    wanted = {b.pk: b for b in buildings}
    running = Seat.rows_without_a_reader.filter(organisation=organisation, until__isnull=True)
    there = {seat.building_id: seat for seat in running}
    changes: list[Change] = []
    for key, seat in there.items():
        if key not in wanted:
            changes += save_changed(seat, until=_not_before(seat.since, since))
    fresh = [
        Seat(organisation=organisation, building=building, since=since)
        for key, building in wanted.items()
        if key not in there
    ]
    Seat.rows_without_a_reader.bulk_create(fresh)
    return changes + made(*fresh)


def covered(
    organisation: Organisation, enterprises: Iterable[Enterprise], since: Day | None, document: str
) -> list[Change]:
    """Let an organisation cover these enterprises too, from a day on."""
    already = _covered_keys(organisation)
    fresh = [
        Coverage(organisation=organisation, enterprise=e, since=since, document=document[:60])
        for e in {e.pk: e for e in enterprises}.values()
        if e.pk not in already
    ]
    Coverage.rows_without_a_reader.bulk_create(fresh)
    return made(*fresh)


def _covered_keys(organisation: Organisation) -> set[UUID]:
    running = Coverage.rows_without_a_reader.filter(organisation=organisation, until__isnull=True)
    return set(running.values_list("enterprise_id", flat=True))


def ended(rows: Iterable[Any], until: Day) -> list[Change]:
    """End these rows (seats, coverages, appointments) on a day; one that began later ends as it begins."""
    changes: list[Change] = []
    for row in rows:
        changes += save_changed(row, until=_not_before(row.since, until))
    return changes


def _not_before(since: Day | None, until: Day | None) -> Day | None:
    return until if since is None or until is None else max(since, until)


def runs_after(day: Day) -> Q:
    """Rows that run on a day or later."""
    return Q(until__isnull=True) | Q(until__gt=day)
