"""Commands on absences: away from a day to a day, with a deputy who has work and rights in between."""

import datetime

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from louyu.accounts.commands import alone, command, made, record, save_changed
from louyu.accounts.models import User
from louyu.accounts.policy import may, require
from louyu.core.errors import Conflict, NotPermitted, Refusal
from louyu.desk.commands import Telling, notify
from louyu.duties.commands.rights import duties_touched_by, even_out
from louyu.duties.models import Absence, Duty
from louyu.duties.rules.deputies import Away, circle
from louyu.people.models import Person

LONGEST = datetime.timedelta(days=366)
"""Who is away longer has left the duty."""


@command("duties.keep_absences")
def record_absence(
    duty: Duty,
    *,
    since: datetime.date,
    until: datetime.date,
    deputy: Person | None,
    by: User,
    reason: str = "",
) -> Absence:
    """An officer is away from ``since`` on and back on ``until``: for all their duties, with one deputy.

    The deputy has the rights of each of them until then, and so has the deputy's deputy where that one is away too;
    nobody has to end it. No deputy is allowed, and shows as a gap.
    Raises Refusal for days in the wrong order or a circle of deputies, Conflict where the person is away already;
    NotPermitted when one of the person's duties lies outside the scope of ``by``.
    """
    alone()
    own = Duty.rows_without_a_reader.filter(person=duty.person_id).select_related("building")
    for other in own:
        if other.until is None or other.until > since:
            require(by, "duties.keep_absences", other)
    _refuse_wrong_days(since, until)
    away = [
        Away(a.person_id, a.since, a.until, a.deputy_id)
        for a in Absence.rows_without_a_reader.filter(until__gt=since, since__lt=until)
    ]
    closed = circle(Away(duty.person_id, since, until, deputy.pk if deputy else None), away)
    if closed:
        raise Refusal(
            _("代理人自己由离岗的人代理，没有人在岗。") if len(closed) > 1 else _("不能由本人代理。"),
            field="deputy",
            value=str(deputy),
            mend=_("请换一位代理人。"),
        )
    absence = Absence(
        person_id=duty.person_id, since=since, until=until, deputy=deputy, reason=reason.strip()[:100]
    )
    try:
        absence.save(force_insert=True)
    except IntegrityError as error:
        if "absence_no_overlap" not in str(error):
            raise
        raise Conflict(
            _("这段时间已经记过离岗。"),
            field="since",
            value=str(since),
            mend=_("请先结束原来的那次离岗，或改日期。"),
        ) from error
    if deputy is not None and deputy.user_id is not None:
        notify(Telling([deputy.user_id], "deputy", gettext_noop("请您代理离岗的同事"), absence))
    record(made(absence) + even_out(duties_touched_by([duty.person_id])))
    return absence


def _refuse_wrong_days(since: datetime.date, until: datetime.date) -> None:
    if until <= since:
        raise Refusal(
            _("返岗日期要晚于离岗日期。"), field="until", value=str(until), mend=_("请核对这两个日期。")
        )
    if until - since > LONGEST:
        raise Refusal(
            _("离岗超过一年，就不再是离岗了。"),
            field="until",
            value=str(until),
            mend=_("请结束这项任职，另行任命。"),
        )


@command("duties.keep_absences")
def end_absence(absence: Absence, *, until: datetime.date | None = None, by: User) -> None:
    """Back earlier than planned: from ``until`` on (today by default) the deputy has neither work nor rights.

    An absence that has not begun is called off. Raises Conflict for one that is over, Refusal for a later day than
    planned.
    """
    alone()
    absence.refresh_from_db()
    own = Duty.rows_without_a_reader.filter(person=absence.person_id)
    if not any(may(by, "duties.keep_absences", duty) for duty in own):
        raise NotPermitted(_("您没有做这件事的权限。"), field="absence", mend=_("请向安全管理员申请。"))
    day = max(until or timezone.localdate(), absence.since)
    if absence.until <= day:
        raise Conflict(
            _("这次离岗已在 %s 结束。") % absence.last_day,
            field="until",
            value=str(day),
            mend=_("请刷新页面再看。"),
        )
    touched = duties_touched_by([absence.person_id])
    record(save_changed(absence, until=day) + even_out(touched))
