"""Work in progress for the demo: cases opened, handed over, answered, returned, by those whose work it is.

Everything goes through the ordinary commands, so that the time lines, rights and figures are real; nothing is dated
back. What is overdue comes from the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from louyu.accounts.models import User
from louyu.accounts.rules import Role
from louyu.cases import commands
from louyu.cases.models import Case, Satisfaction
from louyu.cases.queries import cases, categories
from louyu.cases.states import CASES, IN_HAND
from louyu.core.models import OriginKind
from louyu.duties.models import Department
from louyu.duties.queries import departments_for, duties
from louyu.places.models import Building
from louyu.places.queries import buildings
from louyu.tenants.models import Enterprise
from louyu.tenants.queries import occupancies_today

SIGNED_IN = ("tax", "market")
"""Codes of the departments whose specialist, whose lead the demo has signed in."""
LEFT_OVERDUE = 2
"""Cases of the ledger that stay open, past their time."""


@dataclass(frozen=True)
class Hands:
    """Who works: the office everywhere, the others where their role lets them."""

    office: User
    administrator: User
    specialist: User
    lead: User
    liaison: User
    home: Building
    """The building of the administrator."""
    enterprise: Enterprise
    """The enterprise of the liaison, in that building."""

    def keeper(self, building: Building) -> User:
        """Who keeps a building's cases."""
        return self.administrator if building.pk == self.home.pk else self.office

    def desk(self, department: Department) -> User | None:
        """Who can sign in for a department."""
        return dict(zip(SIGNED_IN, (self.specialist, self.lead), strict=True)).get(department.code)


NEEDS = (
    # building, category, text, how far it is
    ("华伟总部大厦", "parking", "访客车位太少，上午来的客户绕了三圈", "accepted"),
    ("华伟总部大厦", "canteen", "19 楼以上午餐电梯排队太久，希望食堂错峰", "accepted"),
    ("华伟总部大厦", "tax", "跨区迁入后税种认定还没有同步", "handed over"),
    ("华伟总部大厦", "registration", "经营范围增加「技术服务」，网上提交被退两次", "handed over"),
    ("华伟总部大厦", "tax", "研发费用加计扣除口径不清楚，希望上门辅导", "in hand"),
    ("华伟总部大厦", "tax", "出口退税单证备案要补哪些材料", "extended"),
    ("华伟总部大厦", "property", "17 楼公共走廊漏水，天花板掉了两块", "in hand"),
    ("华伟总部大厦", "tax", "个税手续费返还一直没有到账", "waiting"),
    ("华伟总部大厦", "registration", "开户后无法开票，登记信息与税务不一致", "returned"),
    ("华伟总部大厦", "registration", "营业执照遗失，周五投标要用", "solved"),
    ("华伟总部大厦", "tax", "红字发票开错了，当月怎么处理", "solved"),
    ("前后科技大厦", "tax", "小规模转一般纳税人后第一次申报不会填", "handed over"),
    ("前后科技大厦", "network", "地下二层没有手机信号，快递联系不上人", "handed over"),
    ("前后科技大厦", "registration", "股权变更后章程备案还没有更新", "reopened"),
    ("橘洲大厦", "registration", "食品经营许可证下月到期，换证材料不清楚", "in hand"),
    ("橘洲大厦", "legal", "租赁合同里的免租期条款对方不认", "explained"),
    ("万达广场", "fire_safety", "三楼疏散通道堆了装修材料", "handed over"),
    ("万达广场", "registration", "门店改名，招牌和执照要不要一起换", "waiting"),
    ("万达广场", "registration", "新设子公司核名多次被驳回", "solved"),
    ("山海国际大厦", "housing", "外地工程师申请人才公寓排不上", "handed over"),
    ("山海国际大厦", "tax", "购房补贴要不要交个税", "answered"),
    ("山海国际大厦", "tax", "电子发票额度不够，月底开不出票", "solved"),
    ("潮汐科创园A座", "recruitment", "想参加楼宇专场招聘会，怎么报名", "handed over"),
    ("东港航运中心", "parking", "楼前人行道乱停车，堵住出入口", "handed over"),
    ("永宁商会大厦", "property", "门禁系统经常失灵，访客进不来", "handed over"),
    ("临港国贸大厦", "tax", "一址多照，注册地址被税务锁定", "returned"),
    ("滨塘创业大厦", "rent", "续租租金涨了三成，希望协调", "accepted"),
    ("海棠湾商务中心", "utilities", "中午用电高峰经常跳闸", "accepted"),
    ("回浦文创楼", "environment", "楼下烧烤店油烟很重", "accepted"),
    ("杨府电商楼", "parking", "直播团队深夜进出，车库能不能不锁门", "withdrawn"),
)
ASKED_BY_THE_LIAISON = (
    ("tax", "电子发票额度不够，当月如何临时提额", "answered"),
    ("network", "宽带只有一家运营商，能不能多一家", "accepted"),
)
SAID = {
    "tax": "已电话辅导，税务系统里办好了，明天起生效。",
    "registration": "窗口已当场办好，新执照可以来取。",
    "legal": "合同写明免租期只到装修结束，已请司法所的律师向企业说明。",
}
SAID_OTHERWISE = "已与企业、物业对接，问题已处理。"
OF_THE_LEDGER = "已回访企业，问题已处理。"


class Work:
    """The work of a day, by these hands."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.categories = {category.code: category for category in categories(hands.office)}
        self.manned = {
            duty.department_id
            for duty in duties(hands.office).filter(role=Role.SPECIALIST, department__isnull=False)
        }
        self.unused = {b.name: (b, self._tenants(b)) for b in buildings(hands.office)}

    def _tenants(self, building: Building) -> Iterator[Enterprise]:
        sitting = occupancies_today(self.hands.office).filter(unit__building=building)
        found = {o.enterprise_id: o.enterprise for o in sitting.select_related("enterprise")}
        found.pop(self.hands.enterprise.pk, None)
        return iter(sorted(found.values(), key=lambda enterprise: enterprise.credit_code or ""))

    def do(self) -> None:
        """Open all, and bring each as far as it is."""
        for name, category, text, how_far in NEEDS:
            building, tenants = self.unused[name]
            enterprise = next(tenants, None)
            case = commands.open_case(
                category=self.categories[category],
                text=text,
                building=building,
                enterprise=enterprise,
                by=self.hands.keeper(building),
            )
            self.bring(case, how_far)
        liaison = self.hands.liaison
        for category, text, how_far in ASKED_BY_THE_LIAISON:
            case = commands.open_case(
                category=self.categories[category],
                text=text,
                building=self.hands.home,
                enterprise=self.hands.enterprise,
                asker=liaison,
                by=liaison,
            )
            self.bring(case, how_far)
        self.settle_the_ledger()

    def department(self, case: Case) -> Department | None:
        """The department that answers for its category and has a specialist."""
        answering = departments_for(case.category.code, self.hands.office)
        return next((department for department in answering if department.pk in self.manned), None)

    def bring(self, case: Case, how_far: str) -> None:
        """Do with a new case what leads to where it is."""
        building = case.building or self.hands.home
        keeper, department = self.hands.keeper(building), self.department(case)
        desk = self.hands.desk(department) if department else None
        if how_far == "accepted":
            return
        if how_far == "withdrawn":
            commands.withdraw(case, reason="企业说物业已同意，不用办了", by=keeper)
            return
        if department is not None and (desk is not None or how_far == "handed over"):
            commands.hand_over(case, to=department, handler=desk, by=keeper)
        self.work(case, how_far, worker=desk or keeper, keeper=keeper)

    def work(self, case: Case, how_far: str, *, worker: User, keeper: User) -> None:
        """What whoever has it does, and the keeper after them."""
        if how_far in ("in hand", "extended"):
            commands.take(case, by=worker)
        if how_far == "extended":
            commands.extend(case, reason="要等海关的回执", by=worker)
        if how_far == "waiting":
            commands.ask_asker(case, text="请补充统一社会信用代码和办理时的截图。", by=worker)
        if how_far == "returned":
            other = "税务局" if case.category.code == "registration" else "市场监管局"
            commands.return_case(case, reason="查过了，不属本部门职责", proposal=other, by=worker)
        if how_far in ("answered", "explained", "solved", "reopened"):
            self.answer(case, "explained" if how_far == "explained" else "solved", by=worker)
        if how_far in ("explained", "solved"):
            commands.confirm(case, satisfaction=Satisfaction.VERY_SATISFIED, by=keeper)
        if how_far == "reopened":
            commands.reopen(case, reason="企业说系统里仍是旧章程", by=keeper)

    def answer(self, case: Case, outcome: str, *, by: User) -> None:
        """Answer in the words of the category."""
        commands.answer(case, outcome=outcome, text=SAID.get(case.category.code, SAID_OTHERWISE), by=by)

    def settle_the_ledger(self) -> None:
        """Answer what the ledger left open and call back, but for two that departments with a sign-in have in hand."""
        office = self.hands.office
        left = cases(office).filter(origin=OriginKind.IMPORTED, state__in=CASES.open_states)
        staying = left.filter(state=IN_HAND, department__code__in=SIGNED_IN).order_by("raised_at", "number")
        keys = [case.pk for case in staying[:LEFT_OVERDUE]]
        for case in left.exclude(pk__in=keys).order_by("raised_at", "number"):
            department = self.department(case)
            if not case.handed_over and department is not None:
                commands.hand_over(case, to=department, by=office)
            commands.answer(case, outcome="solved", text=OF_THE_LEDGER, by=office)
            commands.confirm(case, satisfaction=Satisfaction.SATISFIED, by=office)
