"""Commands that change an organisation: its name or kind, its superior and seat, the enterprises it covers."""

import datetime
from collections.abc import Collection

from django.utils.translation import gettext as _

from louyu.accounts.chain import Change
from louyu.accounts.commands import alone, command, record
from louyu.accounts.models import User
from louyu.accounts.policy import require
from louyu.core.errors import Refusal
from louyu.organisations.commands.periods import (
    clean_name,
    covered,
    ended,
    next_period,
    refuse_future,
    refuse_wrong_superior,
    running_period,
    seated,
)
from louyu.organisations.models import Coverage, Kind, Organisation, Period
from louyu.places.models import Area, Building
from louyu.tenants.models import Enterprise

Day = datetime.date


@command("organisations.keep_organisations")
def rename(
    organisation: Organisation,
    *,
    name: str,
    since: Day,
    kind: str | None = None,
    document: str = "",
    by: User,
) -> None:
    """Give an organisation another name from a day on; with ``kind`` make it another one (a branch a general branch).

    Raises Refusal for a day before its last change, Conflict for a name that is taken; nothing changed is refused.
    """
    alone()
    organisation.refresh_from_db()
    refuse_future(since)
    name, kind = clean_name(name), str(Kind(kind or organisation.kind).value)
    if (name, kind) == (organisation.name, organisation.kind):
        raise Refusal(
            _("名称和类型都没有变。"), field="name", value=name, mend=_("请填写新的名称，或选择新的类型。")
        )
    if kind != organisation.kind:
        refuse_wrong_superior(kind, organisation.parent)
        for child in Organisation.rows_without_a_reader.filter(parent=organisation, dissolved__isnull=True):
            refuse_wrong_superior(child.kind, Organisation(kind=kind, name=name))
    began = Period.Began.RENAMED if kind == organisation.kind else Period.Began.CHANGED
    record(next_period(organisation, since=since, began=began, document=document, name=name, kind=kind))


@command("organisations.keep_organisations")
def move(
    organisation: Organisation,
    *,
    parent: Organisation | None,
    area: Area | None,
    buildings: Collection[Building],
    since: Day,
    document: str = "",
    by: User,
) -> None:
    """Let an organisation stand under another, in another area or other buildings, from a day on.

    All three are given as they are from then on. ``by`` answers for the new superior or area too. Raises Refusal for
    a superior that stands under the organisation itself, and for a day that does not fit.
    """
    alone()
    organisation.refresh_from_db()
    refuse_future(since)
    running_period(organisation)
    if parent is not None and parent.pk != organisation.parent_id:
        require(by, "organisations.keep_organisations", parent)
    if area is not None and area.pk != organisation.area_id:
        require(by, "organisations.keep_organisations", area)
    _refuse_circle(organisation, parent)
    refuse_wrong_superior(organisation.kind, parent)
    changes = placed(organisation, parent=parent, area=area, since=since, document=document)
    record(changes + seated(organisation, buildings, since))


def placed(
    organisation: Organisation, *, parent: Organisation | None, area: Area | None, since: Day, document: str
) -> list[Change]:
    """The change by which it stands there from a day on; nothing where it stood there already."""
    new = (parent.pk if parent else None, area.pk if area else None)
    if new == (organisation.parent_id, organisation.area_id):
        return []
    return next_period(
        organisation, since=since, began=Period.Began.MOVED, document=document, parent=parent, area=area
    )


def _refuse_circle(organisation: Organisation, parent: Organisation | None) -> None:
    above = parent
    while above is not None:
        if above.pk == organisation.pk:
            raise Refusal(
                _("上级组织在它自己之下。"),
                field="parent",
                value=str(parent),
                mend=_("请选择另一个上级组织。"),
            )
        above = above.parent


@command("organisations.keep_organisations")
def change_coverage(
    organisation: Organisation,
    *,
    add: Collection[Enterprise] = (),
    leave: Collection[Enterprise] = (),
    since: Day,
    document: str = "",
    reason: str = "",
    by: User,
) -> None:
    """Let an organisation cover these enterprises too, and those no more, from a day on.

    Those it covers already stay as they are. Raises Refusal for one to leave that it does not cover.
    """
    alone()
    organisation.refresh_from_db()
    refuse_future(since)
    running_period(organisation)
    running = Coverage.rows_without_a_reader.filter(organisation=organisation, until__isnull=True)
    gone = list(running.filter(enterprise__in=leave))
    if len(gone) < len({e.pk for e in leave}):
        raise Refusal(
            _("它没有覆盖这家企业。"),
            field="leave",
            value="、".join(e.name for e in leave)[:80],
            mend=_("请刷新页面再看。"),
        )
    record(ended(gone, since) + covered(organisation, add, since, document), reason=reason)
