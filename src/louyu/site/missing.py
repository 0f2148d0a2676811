"""What a district has to begin with, and what it still lacks: numbers only. A constant number of reads."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from louyu.accounts.commands import CONSOLE, console_user
from louyu.accounts.models import Grant, User
from louyu.accounts.queries import running, with_second_step
from louyu.accounts.rules import HELD_ALONE, Role
from louyu.core.queries import working_days
from louyu.duties.models import Duty
from louyu.duties.queries import gap_rows
from louyu.places.models import Area, Building
from louyu.site.backups import Kept, last_backup
from louyu.tenants.models import Enterprise, Occupancy

NOTICE_EXPECTED = 11
"""Month in which the State Council publishes next year's notice."""
BACKUP_OLD = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Facts:
    """How many there are of each; ``without`` counts what lacks something."""

    subdistricts: int
    communities: int
    buildings: int
    without_place: int
    without_area: int
    without_officers: int
    enterprises: int
    occupancies: int
    without_code: int
    officers: int
    without_sign_in: int
    users: int
    keepers: dict[str, int]
    """How many can sign in as system, security and audit administrator."""
    keepers_by_password_alone: int
    next_notice: int
    """The year whose notice is due and not loaded; 0 where none is."""
    backup: Kept | None


def facts() -> Facts:
    """The district as it is now."""
    today = timezone.localdate()
    areas = dict(Area.rows_without_a_reader.values_list("kind").annotate(Count("pk")))
    buildings = Building.rows_without_a_reader.filter(active=True).aggregate(
        all=Count("pk"),
        without_place=Count("pk", filter=Q(longitude__isnull=True) | Q(latitude__isnull=True)),
        without_area=Count("pk", filter=Q(floor_area__isnull=True)),
    )
    enterprises = Enterprise.rows_without_a_reader.filter(merged_into=None).aggregate(
        all=Count("pk"), without_code=Count("pk", filter=Q(credit_code__isnull=True) | Q(credit_code=""))
    )
    in_place = Duty.rows_without_a_reader.filter(running(today)).aggregate(
        officers=Count("person", distinct=True),
        without=Count("person", distinct=True, filter=Q(person__user__isnull=True)),
    )
    held = Grant.rows_without_a_reader.filter(
        running(today), since__lte=today, role__in=HELD_ALONE, user__is_active=True
    ).exclude(user__username=CONSOLE)
    users = User.rows_without_a_reader.filter(is_active=True).exclude(username=CONSOLE)
    without_officers = {row.building.pk for row in gap_rows(console_user())} if in_place["officers"] else ()
    return Facts(
        subdistricts=areas.get(Area.Kind.SUBDISTRICT, 0),
        communities=areas.get(Area.Kind.COMMUNITY, 0),
        buildings=buildings["all"],
        without_place=buildings["without_place"],
        without_area=buildings["without_area"],
        without_officers=len(without_officers),
        enterprises=enterprises["all"],
        occupancies=Occupancy.rows_without_a_reader.count(),
        without_code=enterprises["without_code"],
        officers=in_place["officers"],
        without_sign_in=in_place["without"],
        users=users.count(),
        keepers=dict(held.values_list("role").annotate(Count("user", distinct=True)).order_by()),
        keepers_by_password_alone=users.filter(pk__in=held.values("user"))
        .exclude(with_second_step())
        .count(),
        next_notice=_next_notice(today),
        backup=last_backup(),
    )


def _next_notice(today: datetime.date) -> int:
    known = working_days().years
    expected = [today.year, *([today.year + 1] if today.month >= NOTICE_EXPECTED else [])]
    return next((year for year in expected if year not in known), 0)


@dataclass(frozen=True)
class Step:
    """A step of the beginning: what it is about, what is there, what to do, and the workbook that does it."""

    code: str
    title: str
    there: str
    """What is there, in words; "" where nothing is."""
    todo: str
    done: bool
    kind: str = ""
    """Kind of workbook to drop."""
    sample: str = ""
    """Name of the sample workbook to try."""
    action: str = ""
    """What may be done with it, as an access row."""
    link: str = ""
    link_words: str = ""


def steps(found: Facts) -> list[Step]:
    """The five steps in their order; each rests on those before it."""
    keepers = all(found.keepers.get(role, 0) for role in HELD_ALONE)
    return [
        Step(
            "areas",
            _("街道和社区"),
            _("%(subdistricts)s 个街道，%(communities)s 个社区")
            % {"subdistricts": found.subdistricts, "communities": found.communities}
            if found.subdistricts + found.communities
            else "",
            _("不用单独准备：楼宇台账里写着街道、社区，跟着楼宇一起进来。"),
            bool(found.subdistricts),
        ),
        Step(
            "buildings",
            _("楼宇"),
            _("%(count)s 座") % {"count": found.buildings} if found.buildings else "",
            _("放入楼宇台账：楼名、街道、社区、地址、层数、面积、经纬度，有几列算几列。"),
            bool(found.buildings),
            kind="buildings",
            sample="buildings",
            action="workbooks.bring_in",
        ),
        Step(
            "enterprises",
            _("企业"),
            _("%(enterprises)s 家，%(places)s 处入驻")
            % {"enterprises": found.enterprises, "places": found.occupancies}
            if found.enterprises
            else "",
            _(
                "放入入驻企业台账：企业名、信用代码、在哪座楼哪一间、面积、联络员。一街一表也行，系统导出的 .csv 也行。"
            ),
            bool(found.enterprises),
            kind="enterprises",
            sample="enterprises",
            action="workbooks.bring_in",
        ),
        Step(
            "officers",
            _("一长两员"),
            _("%(count)s 人在任") % {"count": found.officers} if found.officers else "",
            _("放入一长两员名单：一楼一行，楼长、楼企管理员、服务专员，一格写几个人也行。"),
            bool(found.officers),
            kind="duties",
            sample="officers",
            action="workbooks.bring_in",
        ),
        Step(
            "users",
            _("第一批用户"),
            _("%(count)s 人能登录") % {"count": found.users} if found.users else "",
            _("安全管理员从一长两员名单开通，密码打印出来交给本人；系统管理员、安全管理员、审计员各要一人。"),
            keepers and bool(found.officers) and found.without_sign_in < found.officers,
            action="accounts.keep_users",
            link=reverse("site:officer_sign_ins"),
            link_words=_("从名单开通"),
        ),
    ]


def following(found: Facts) -> str:
    """The title of the first register that is not there yet; "" where all are."""
    return next((step.title for step in steps(found) if not step.done and step.kind), "")


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: what, how to mend it, where, and who may."""

    what: str
    mend: str
    link: str
    action: str
    who: str


def lacks(found: Facts) -> list[Lack]:
    """What is still missing once the registers are in; empty where nothing is."""
    return [lack for ask in LACKS for lack in ask(found)]


def _counted(
    count: int, what: str, mend: str, address: str, query: str, action: str, who: Role
) -> list[Lack]:
    return [Lack(what % {"n": count}, mend, reverse(address) + query, action, _WHO[who]())] if count else []


_WHO: dict[Role, Callable[[], str]] = {
    Role.OFFICE: lambda: _("区楼宇办"),
    Role.SECURITY: lambda: _("安全管理员"),
    Role.SYSTEM: lambda: _("系统管理员"),
}


def _registers(found: Facts) -> list[Lack]:
    return [
        *_counted(
            found.without_place, _("%(n)s 座楼没有坐标，地图上看不到"), _("在楼宇台账里补上经纬度，再导入一次。"),
            "buildings", "?placed=no", "places.see_building", Role.OFFICE,
        ),
        *_counted(
            found.without_area, _("%(n)s 座楼没有建筑面积"), _("在楼宇台账里补上面积，再导入一次。"),
            "buildings", "?measured=no", "places.see_building", Role.OFFICE,
        ),
        *_counted(
            found.without_officers, _("%(n)s 座楼没有配齐一长两员"), _("在待补里任命，或补在名单里再导入。"),
            "duties:gap_list", "", "duties.see_duty", Role.OFFICE,
        ),
        *_counted(
            found.without_code, _("%(n)s 家企业没有信用代码，改名后会认不出"), _("在企业台账里补上，再导入一次。"),
            "tenants:enterprise_list", "?code=no", "tenants.see_enterprise", Role.OFFICE,
        ),
    ]  # fmt: skip


def _people(found: Facts) -> list[Lack]:
    missing = _counted(
        found.without_sign_in, _("%(n)s 位在任的人还不能登录"), _("从名单开通，打印密码交给本人。"),
        "site:officer_sign_ins", "", "accounts.keep_users", Role.SECURITY,
    )  # fmt: skip
    return [*missing, *(lack for role in HELD_ALONE for lack in _keeper(role, found.keepers.get(role, 0)))]


_FEW: dict[Role, Callable[[], tuple[str, str]]] = {
    Role.SYSTEM: lambda: (_("没有系统管理员"), _("系统管理员只有一位")),
    Role.SECURITY: lambda: (_("没有安全管理员"), _("安全管理员只有一位")),
    Role.AUDIT: lambda: (_("没有审计员"), ""),
}


def _keeper(role: Role, count: int) -> list[Lack]:
    words = _FEW[role]()[count] if count < 2 else ""  # one who audits is enough
    if not words:
        return []
    link = f"{reverse('accounts:new_user')}?role={role}"
    mend = _("新建一位；他不能兼任别的角色。") if not count else _("再新建一位，一位不在时另一位能办。")
    return [Lack(words, mend, link, "accounts.keep_users", _WHO[Role.SECURITY]())]


def _second_step(found: Facts) -> list[Lack]:
    return _counted(
        found.keepers_by_password_alone, _("%(n)s 位管理员没有启用两步登录"),
        _("本人在右上角姓名下的「两步登录」里启用；设 LOUYU_TWO_FACTOR 就必须启用。"),
        "accounts:user_list", "?second_step=no", "accounts.keep_users", Role.SECURITY,
    )  # fmt: skip


def _calendar(found: Facts) -> list[Lack]:
    year = found.next_notice
    if not year:
        return []
    what = _("还没有装入 %(year)s 年的放假通知，跨年的时限是暂定的") % {"year": year}
    mend = _("国务院办公厅的通知发布后，照着填。")
    link = f"{reverse('site:calendar')}?year={year}"
    return [Lack(what, mend, link, "duties.keep_calendar", _WHO[Role.SYSTEM]())]


def _backup(found: Facts) -> list[Lack]:
    if found.backup is None:
        what = _("还没有备份过")
    elif timezone.now() - found.backup.at > BACKUP_OLD:
        what = _("最近一次备份是 %s，超过七天了") % f"{timezone.localtime(found.backup.at):%Y-%m-%d}"
    else:
        return []
    mend = _("每天自动运行 louyu backup，并把 keys 目录另外保管。")
    return [Lack(what, mend, reverse("site:settings"), "site.see_settings", _WHO[Role.SYSTEM]())]


LACKS: tuple[Callable[[Facts], list[Lack]], ...] = (_registers, _people, _second_step, _calendar, _backup)
