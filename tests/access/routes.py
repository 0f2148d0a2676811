"""Every address of the pages and every operation of the API, with what it asks for. One line for a new one.

Whoever adds a route adds its row here, or the tests name it; from these rows they ask everybody for every address
and hold the answer against the declared permissions (``access.py`` of each room). The usual rows:

    "desk:inbox": Page(),                                             everybody signed in; what is on it is theirs
    "places:building_list": Page(lists="building", see=BUILDING),
    "duties:duty": Page("duty", see="duties.see_duty"),               one record: 404 for whom it does not exist
    "duties:end": Page("duty", see="duties.see_duty", do="duties.keep_duties", get=False, sends=ending),
    "settings:keep": Page(needs="settings.keep", sends=nothing),      403 for whom it is not

``record`` names what lies in a cell of ``world.py`` (``cell.duty``): the address' first key. A route that is asked in
several ways has a tuple of rows. A page that shows words of a new kind of record plants one in ``world.py``, with a
mark and with whoever may read it: that is what a leak is found by.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils import timezone

from louyu.cases.forms import fresh_key
from louyu.cases.states import CASES
from louyu.core.figures import EVERYWHERE, Indicator
from louyu.core.states import Transition
from louyu.indicators.registry import indicators

Sends = Callable[[Any, Any], dict[str, Any]]
"""What a form sends: of a cell, and who sends it."""


@dataclass(frozen=True)
class Page:
    """What a page asks for and how it answers.

    record: the name in a cell of what the address names (by its parameter ``key``).
    see: the permission without which that is not there.
    also: further parameters of the address: parameter → (name in a cell, permission to see it).
    given: parameters that are plain words.
    needs: the permission without which the page is refused, whatever it is about.
    do: the permission that sending the form asks of the record.
    sends: the form, filled in rightly; without it the page takes none.
    get: whether the page can be looked at; None: another row says so.
    guarded: whether looking at it, too, asks for ``do``.
    names: (name in a cell, permission to see it) of what the form is about: it is not there (404) for whom it is not.
    chooses: (name in a cell, permission to see it) of what the form chooses: whom ``do`` does not reach there is told
        so at the field (``unreached``); who sees nothing of its kind is not asked for it.
    lists: the name in a cell of what stands on the page, each of those that ``see`` shows.
    shows: marks that the answer to the form says beyond what its reader may read anyway (a value that is revealed).
    gets, done: the answer to who may, looked at and sent; refused: to whom ``needs`` is missing.
    public: for those who are not signed in, too.
    """

    record: str = ""
    see: str = ""
    key: str = "key"
    also: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    do: str = ""
    sends: Sends | None = None
    get: bool | None = True
    guarded: bool = False
    names: tuple[str, str] | None = None
    chooses: tuple[str, str] | None = None
    unreached: int = 422
    lists: str = ""
    shows: tuple[str, ...] = ()
    gets: int = 200
    done: int = 302
    refused: int = 403
    public: bool = False

    @property
    def asked(self) -> list[str]:
        """The permissions that decide what of it somebody sees, then those that decide what they do."""
        seen = [self.see, *(action for _record, action in self.also.values())]
        named = [self.names[1]] if self.names else []
        return [a for a in dict.fromkeys([*seen, *named, self.needs, self.do]) if a]


def nothing(cell: Any, by: Any) -> dict[str, Any]:
    """A form without fields."""
    return {}


def _day(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def _appointing(cell: Any, by: Any) -> dict[str, Any]:
    chief = {"role": "chief", "name": "毛新任", "position": "街道党工委书记"}
    return {"building": cell.building.pk, "since": _day(0), **chief}


def _opening(cell: Any, by: Any) -> dict[str, Any]:
    told = {"text": "电梯停了一上午", "category": "parking", "form": fresh_key(by)}
    return {"building": cell.building.pk, **told}


def _notice(cell: Any, by: Any) -> dict[str, Any]:
    return {"document": "国办发明电〔2026〕1号", "days_off": "1月1日"}


def _file(cell: Any, by: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("名册.xlsx", cell.name.encode()), "kind": ""}


STEP_GIVES: dict[str, Callable[[Any], Any]] = {
    "text": lambda cell: "已请物业核实",
    "reason": lambda cell: "需要再协调一次",
    "proposal": lambda cell: "区住建局",
    "outcome": lambda cell: "solved",
    "department": lambda cell: cell.department.pk,
    "handler": lambda cell: cell.colleague.pk,
    "into": lambda cell: cell.accepted.pk,
    "category": lambda cell: "parking",
}
"""What a transition needs → how it is given."""
STEPS = [step for step in CASES.transitions if not step.makes]


def case_for(step: Transition) -> str:
    """The case of a cell with which this can be done."""
    return next(state for state in ("assigned", "answered", "waiting") if state in step.sources)


def given_to(step: Transition) -> Sends:
    """All that a transition needs."""
    return lambda cell, by: {name: STEP_GIVES[name](cell) for name in step.needs}


def _step(step: Transition, record: str = "") -> Page:
    """A transition as the page of a case offers it."""
    record, code = record or case_for(step), {"code": step.code}
    return Page(record, see=CASE, given=code, do=step.action, sends=given_to(step), get=None)


class _Nobody:
    def visible_rows(self, model: Any) -> Q:
        return Q(pk__in=[])


def _figure(indicator: Indicator) -> Page:
    """A figure is there for whoever may see the records that it counts."""
    rows: Any = indicator.among or (
        lambda reader, place: indicator.counted(reader, timezone.localdate(), place)
    )
    counts = rows(_Nobody(), EVERYWHERE).model._meta
    return Page(
        needs=f"{counts.app_label}.see_{counts.model_name}", given={"code": indicator.code}, refused=404
    )


def _of_import(record: str = "batch", *, get: bool = False, gets: int = 200) -> Page:
    """Something done with an import."""
    see, do = "workbooks.see_importbatch", "workbooks.bring_in"
    return Page(record, see=see, do=do, sends=nothing, get=get, gets=gets)


def _of_user(sends: Sends = nothing, *, get: bool = False, done: int = 302, **more: Any) -> Page:
    """Something done with a user: who may not keep users is told so, whoever it is about."""
    return Page("handler", needs="accounts.keep_users", get=get, sends=sends, done=done, **more)


def _of_organisation(do: str = "organisations.keep_organisations") -> Page:
    """A change of an organisation; an empty form comes back, to who may send it."""
    see = "organisations.see_organisation"
    return Page("organisation", see=see, do=do, guarded=True, sends=nothing, done=422)


def _about(cell: Any, by: Any) -> dict[str, Any]:
    return {"about_model": "places.Building", "about": cell.building.pk, "text": "已电话联系"}


def _many(cell: Any, by: Any) -> dict[str, Any]:
    row = f"{cell.case.pk.hex}.{cell.case.version}"
    return {"bulk": "note", "row": row, "batch": uuid4(), "text": "已电话联系"}


BUILDING = "places.see_building"
ENTERPRISE, CASE, BATCH = "tenants.see_enterprise", "cases.see_case", "workbooks.see_importbatch"
PAGES: dict[str, Page | tuple[Page, ...]] = {
    # Pages made of several rooms
    "site:start": Page(),
    "site:search": Page(),
    "site:calendar": Page(do="duties.keep_calendar", sends=_notice),
    "site:display": Page(get=False, sends=nothing, public=True),
    "site:building": Page("building", see=BUILDING),
    "site:alive": Page(public=True),
    "set_language": Page(gets=302, sends=nothing, public=True),
    "site:monday": Page(),
    "site:begin": Page(needs="site.see_missing"),
    "site:sample": Page(needs="site.see_missing", given={"name": "buildings"}),
    "site:settings": Page(needs="site.see_settings"),
    "site:check": Page(needs="site.see_settings", get=False, sends=nothing),
    "site:back_up": Page(needs="site.see_settings", get=False, sends=nothing),
    "site:officer_sign_ins": Page(needs="accounts.keep_users", sends=nothing, done=422),
    "site:join_officer": _of_user(get=True, done=422),
    # Users, the trail, persons
    "accounts:user_list": Page(needs="accounts.keep_users"),
    "accounts:new_user": Page(needs="accounts.keep_users", sends=nothing, done=422),
    "accounts:user": Page("handler", needs="accounts.keep_users"),
    "accounts:give": _of_user(done=422),
    "accounts:take_back": _of_user(also={"grant": ("grant", "")}),
    "accounts:rename": _of_user(lambda cell, by: {"name": "新称呼"}),
    "accounts:set_active": _of_user(lambda cell, by: {"reason": "已调离"}),
    "accounts:reset_password": _of_user(done=200),
    "accounts:end_sessions": _of_user(),
    "accounts:drop_second_step": _of_user(),
    "accounts:trail": Page(needs="accounts.see_trail"),
    "accounts:check_trail": Page(needs="accounts.see_trail", gets=302, sends=nothing),
    "accounts:entry": Page("entry", key="number", needs="accounts.see_trail"),
    "people:reveals": Page(needs="people.see_reveallog"),
    "people:look_up": Page(needs="people.erase", sends=nothing, done=422),
    "people:erase": Page(
        "person", needs="people.erase", sends=lambda cell, by: {"reason": "本人书面申请", "sure": "on"}
    ),
    "people:own": Page(sends=lambda cell, by: {"do": "hide"}, done=200),
    "people:own_copy": Page(given={"form": "json"}, gets=404),
    "people:own_by_link": Page(given={"code": "none"}, gets=404, sends=nothing, done=404, public=True),
    "people:own_copy_by_link": Page(given={"code": "none", "form": "json"}, gets=404, public=True),
    # The desk
    "desk:messages": Page(),
    "desk:mark_read": Page(get=False, sends=nothing),
    "desk:message": Page("notification", see="desk.see_notification", gets=302),
    "desk:following": Page(),
    "desk:follow": Page(get=False, names=("building", BUILDING), sends=_about),
    "desk:write_note": Page(get=False, names=("building", BUILDING), do="desk.write_note", sends=_about),
    "desk:note": Page("note", see="desk.see_note", do="desk.mend_note", guarded=True, sends=_about),
    "desk:withdraw_note": Page("note", see="desk.see_note", do="desk.mend_note", get=False, sends=nothing),
    "desk:job_list": Page(),
    "desk:job": (Page("job", see="core.see_job"), Page("export", see="core.see_job")),
    "desk:job_file": Page("job", see="core.see_job", gets=404),  # there is none
    "desk:cancel_job": Page("job", see="core.see_job", get=False, sends=nothing),
    "desk:export_list": Page(),
    "desk:views": Page(sends=nothing, done=422),
    "desk:change_view": Page("view", see="desk.see_namedview", sends=lambda cell, by: {"name": "改名"}),
    "desk:delete_view": Page("view", see="desk.see_namedview", get=False, sends=nothing),
    "desk:move_view": Page("view", see="desk.see_namedview", get=False, sends=nothing),
    # Organisations
    "organisations:tree": Page(needs="organisations.see_organisation"),
    "organisations:below": Page("organisation", see="organisations.see_organisation"),
    "organisations:tops": Page("area", see="places.see_area"),
    "organisations:organisation_list": Page(
        needs="organisations.see_organisation", lists="organisation", see="organisations.see_organisation"
    ),
    "organisations:work_list": Page(needs="organisations.see_organisation"),
    "organisations:proposals": Page("enterprise", see=ENTERPRISE, needs="organisations.see_organisation"),
    "organisations:rule_numbers": Page(needs="organisations.keep_thresholds", sends=nothing, done=422),
    "organisations:found": Page(needs="organisations.keep_organisations", sends=nothing, done=422),
    "organisations:organisation": Page("organisation", see="organisations.see_organisation"),
    "organisations:change": _of_organisation(),
    "organisations:move": _of_organisation(),
    "organisations:cover": _of_organisation(),
    "organisations:end": _of_organisation(),
    "organisations:appoint": _of_organisation("organisations.keep_officers"),
    "organisations:end_appointment": Page(
        "appointment",
        see="organisations.see_appointment",
        do="organisations.keep_officers",
        guarded=True,
        sends=lambda cell, by: {"last_day": _day(-1), "document": "椒组〔2026〕8号"},
    ),
    "organisations:term": Page(
        "appointment",
        see="organisations.see_appointment",
        do="organisations.keep_officers",
        guarded=True,
        sends=lambda cell, by: {"term_end": _day(800), "document": "椒组〔2026〕9号"},
    ),
    "organisations:reveal_officer": Page(
        "appointment",
        see="organisations.see_appointment",
        do="people.reveal",
        get=False,
        sends=lambda cell, by: {"reason": "通知换届会议"},
        shows=("secretaryname", "phone4"),
        done=200,
    ),
    "organisations:members": Page(needs="organisations.see_membership"),
    "organisations:roster": Page(
        "organisation",
        see="organisations.see_organisation",
        do="organisations.see_membership",
        guarded=True,
    ),
    "organisations:reveal_member": Page(
        "membership",
        see="organisations.see_membership",
        do="people.reveal",
        get=False,
        sends=lambda cell, by: {"reason": "通知支部大会"},
        shows=("membername", "phone5"),
        done=200,
    ),
    "organisations:ask_transfer": Page(
        "membership",
        see="organisations.see_membership",
        do="organisations.ask_transfer",
        guarded=True,
        sends=nothing,
        done=422,
    ),
    "organisations:transfer": Page(
        "transfer", see="organisations.see_transfer", do="organisations.ask_transfer", sends=nothing
    ),
    "organisations:letter": Page(
        "transfer",
        see="organisations.see_transfer",
        do="organisations.let_go",
        get=False,
        sends=nothing,
        shows=("membername", "phone5"),
        done=200,
    ),
    "organisations:join_code": Page("area", see="places.see_area", needs="organisations.keep_members"),
    "organisations:join": Page("area", sends=nothing, done=422, public=True),
    # Places, enterprises
    "buildings": Page(lists="building", see=BUILDING),
    "places:building_list": Page(lists="building", see=BUILDING),
    "places:map": Page(lists="building", see=BUILDING),
    "tenants:enterprise_list": Page(lists="enterprise", see=ENTERPRISE),
    "tenants:enterprise": Page("enterprise", see=ENTERPRISE),
    "tenants:merge": Page(
        "enterprise",
        see=ENTERPRISE,
        also={"other": ("doubled", "tenants.see_enterprise")},
        do="tenants.merge_enterprises",
        sends=lambda cell, by: {"reason": "同一家企业"},
    ),
    "tenants:part": Page(
        "enterprise",
        see=ENTERPRISE,
        do="tenants.merge_enterprises",
        sends=nothing,
        get=False,
        done=409,
    ),
    "tenants:reveal_contact": Page(
        "enterprise",
        see=ENTERPRISE,
        also={"contact": ("contact", "tenants.see_contact")},
        do="people.reveal",
        sends=lambda cell, by: {"reason": "回访停车问题"},
        get=False,
        shows=("contactname", "phone1"),
        done=200,
    ),
    # Duties
    "duties:officer_list": Page(lists="building", see=BUILDING),
    "duties:people_list": Page(lists="officer", see="duties.see_duty"),
    "duties:gap_list": Page(),
    "duties:appoint": Page(
        needs="duties.keep_duties",
        do="duties.keep_duties",
        chooses=("building", BUILDING),
        sends=_appointing,
    ),
    "duties:duty": Page("duty", see="duties.see_duty"),
    "duties:end": Page(
        "duty",
        see="duties.see_duty",
        do="duties.keep_duties",
        get=False,
        sends=lambda cell, by: {"last_day": _day(0)},
    ),
    "duties:away": Page(
        "duty",
        see="duties.see_duty",
        do="duties.keep_absences",
        get=False,
        sends=lambda cell, by: {"since": _day(20), "last_day": _day(25)},
    ),
    "duties:back": Page(
        "absence", see="duties.see_absence", do="duties.keep_absences", get=False, sends=nothing
    ),
    # Cases
    "cases:case_list": Page(lists="assigned", see=CASE),
    "cases:new_case": Page(
        needs="cases.open_case",
        do="cases.open_case",
        chooses=("building", BUILDING),
        sends=_opening,
    ),
    "cases:promise": Page(),
    "cases:settings": Page(needs="cases.keep_categories"),
    "cases:add_category": Page(
        needs="cases.keep_categories",
        get=False,
        sends=lambda cell, by: {"code": "noise", "name_zh": "噪声", "name_en": "Noise", "kind": "complaint"},
    ),
    "cases:category": Page(
        "category",
        needs="cases.keep_categories",
        sends=lambda cell, by: {"name_zh": "停车", "name_en": "Parking", "kind": "help", "active": "on"},
    ),
    "cases:limit": Page(
        needs="cases.keep_categories",
        given={"code": "help"},
        get=False,
        sends=lambda cell, by: {"working_days": 4},
    ),
    "cases:bulk": Page(do="cases.note", chooses=("case", CASE), unreached=409, sends=_many, gets=302),
    "cases:bulk_done": Page("case", gets=404, sends=nothing, done=404),  # the key of no batch of theirs
    "cases:of_enterprise": Page("enterprise", see=ENTERPRISE),
    "cases:case": (
        Page("case", see=CASE),
        Page("own_case", see=CASE),
        Page("answered", see=CASE),
    ),
    "cases:do": (
        *(_step(step) for step in STEPS),
        *(_step(step, "own_case") for step in STEPS if step.code in ("confirm", "reopen")),
        # Looked at, it leads on to the page of the case, which says whether that is there.
        Page("case", given={"code": "answer"}, gets=302),
    ),
    "cases:attachment": Page("attachment", see="cases.see_attachment"),
    # Imports
    "workbooks:batch_list": Page(lists="batch", see=BATCH, do="workbooks.bring_in", sends=_file),
    "workbooks:batch": Page("batch", see=BATCH),
    "workbooks:progress": Page("batch", see=BATCH, gets=302),
    "workbooks:correct_column": _of_import(),
    "workbooks:decide": _of_import(),
    "workbooks:settle_absent": _of_import(),
    "workbooks:bring_in": _of_import(),
    "workbooks:undo": _of_import(get=True, gets=302),
    "workbooks:drop": _of_import("batch_to_drop"),
    "workbooks:marked": Page("batch", see=BATCH),
    # Figures
    "indicators:figure": tuple(_figure(indicator) for indicator in indicators().values()),
    # One's own sign-in
    "account_login": Page(gets=302, sends=nothing, public=True),
    "account_logout": Page(sends=nothing),
    "account_inactive": Page(public=True),
    "account_signup": Page(gets=302, sends=nothing),
    "account_reauthenticate": Page(sends=nothing, done=200),
    "account_change_password": Page(sends=nothing, done=200),
    **{
        name: Page(gets=404, sends=nothing, done=404)
        for name in (
            "account_email",
            "account_email_verification_sent",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
        )
    },
    "account_reset_password_from_key": Page(
        given={"uidb36": "1", "key": "a"}, gets=404, sends=nothing, done=404
    ),
    "account_confirm_email": Page(given={"key": "a"}, gets=404, sends=nothing, done=404),
    "account_confirm_login_code": Page(gets=404, sends=nothing, done=404, public=True),
    "mfa_index": Page(),
    "mfa_authenticate": Page(gets=302, sends=nothing),
    "mfa_reauthenticate": Page(gets=302, sends=nothing),
    "mfa_activate_totp": Page(gets=302, sends=nothing),
    "mfa_deactivate_totp": Page(gets=404, sends=nothing, done=404),
    "mfa_view_recovery_codes": Page(gets=404),
    "mfa_generate_recovery_codes": Page(gets=302, sends=nothing),
    "mfa_download_recovery_codes": Page(gets=404, sends=nothing, done=404),
    "usersessions_list": Page(sends=nothing),
}


def _api_step(step: Transition) -> Page:
    """A transition as the API offers it."""
    return Page(case_for(step), see=CASE, do=step.action, get=False, sends=given_to(step), done=200)


OPERATIONS: dict[str, Page] = {
    "openapi.json": Page(public=True),
    "buildings": Page(lists="building", see=BUILDING),
    "buildings/{id}": Page("building", see=BUILDING),
    "enterprises": Page(lists="enterprise", see=ENTERPRISE),
    "enterprises/{id}": Page("enterprise", see=ENTERPRISE),
    "departments": Page(lists="department", see="duties.see_department"),
    "categories": Page(),
    "notifications": Page(),
    "notifications/{id}/read": Page(
        "notification", see="desk.see_notification", get=False, sends=nothing, done=200
    ),
    "views": Page(),
    "cases": Page(
        lists="assigned",
        see=CASE,
        do="cases.open_case",
        chooses=("building", BUILDING),
        sends=lambda cell, by: {
            "building": cell.building.pk,
            "category": "parking",
            "text": "电梯停了一上午",
        },
        done=201,
    ),
    "organisations": Page(lists="organisation", see="organisations.see_organisation"),
    "organisations/{id}": Page("organisation", see="organisations.see_organisation"),
    "cases/{id}": Page("case", see=CASE),
    "cases/{id}/time_line": Page("case", see=CASE),
    **{f"cases/{{id}}/{step.code}": _api_step(step) for step in STEPS},
}
"""The operations of the API by their address below ``/api/v1/``."""


def rows_of(name: str) -> tuple[Page, ...]:
    """The rows of a route."""
    found = PAGES[name]
    return found if isinstance(found, tuple) else (found,)
