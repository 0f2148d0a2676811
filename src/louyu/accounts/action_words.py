"""What each command does, in words, for those who read the trail; a test holds it against the commands."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "accounts.keep_users": _("用户与授权"),
    "accounts.choose_password": _("修改自己的密码"),
    "cases.answer": _("答复办件"),
    "cases.ask_asker": _("问反映人"),
    "cases.attach": _("添加附件"),
    "cases.close": _("办结办件"),
    "cases.confirm": _("确认办件"),
    "cases.extend": _("延期"),
    "cases.hand_over": _("交办"),
    "cases.keep_categories": _("类别与时限"),
    "cases.merge": _("合并办件"),
    "cases.move_deadlines": _("按新通知重算时限"),
    "cases.note": _("记一笔"),
    "cases.open_case": _("提出办件"),
    "cases.pass_on": _("转给同事"),
    "cases.record_history": _("补录办件"),
    "cases.reopen": _("重办"),
    "cases.reply": _("反映人答复"),
    "cases.return_case": _("退回办件"),
    "cases.take": _("承办"),
    "cases.withdraw": _("撤回办件"),
    "core.undo": _("撤销"),
    "desk.export_list": _("导出列表"),
    "desk.follow": _("关注"),
    "desk.keep_view": _("视图"),
    "desk.mend_note": _("改便笺"),
    "desk.write_note": _("便笺"),
    "duties.keep_absences": _("离岗与代理"),
    "duties.keep_calendar": _("装入放假通知"),
    "duties.keep_departments": _("部门"),
    "duties.keep_duties": _("任职"),
    "integrations.keep_tokens": _("接口令牌"),
    "organisations.keep_members": _("党员"),
    "organisations.keep_officers": _("党组织班子"),
    "organisations.keep_organisations": _("党组织"),
    "organisations.keep_thresholds": _("党组织的门槛"),
    "people.erase": _("删除个人信息"),
    "people.reveal": _("查看个人信息"),
    "places.draw_areas": _("地图轮廓"),
    "tenants.keep_enterprises": _("企业登记"),
    "tenants.merge_enterprises": _("合并企业"),
    "workbooks.bring_in": _("导入表格"),
}


def action_words(action: str) -> str:
    """The command in words; its code where none are known."""
    return str(ACTIONS.get(action, action))
