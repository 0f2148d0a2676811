"""One page: the newest 25 cases, read as the list of cases reads them, in a plain table."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from louyu.cases.models import Case
from louyu.cases.queries import for_showing

PAGE = engines["django"].from_string(
    """<!doctype html><html lang="zh"><head><title>办件</title></head><body><table>
<tr><th>编号<th>内容<th>类别<th>楼宇<th>企业<th>状态<th>部门<th>时限<th>反映<th>办结<th>结果</tr>
{% for case in cases %}<tr><td><a href="/cases/{{ case.pk }}/">{{ case.number }}</a><td>{{ case.text }}
<td>{{ case.category.name_zh }}<td>{{ case.building.name }}<td>{{ case.enterprise.name }}
<td>{{ case.get_state_display }}<td>{{ case.department.name }}<td>{{ case.deadline|date:"Y-m-d H:i" }}
<td>{{ case.raised_on|date:"Y-m-d" }}<td>{{ case.closed_on|date:"Y-m-d" }}<td>{{ case.get_outcome_display }}</tr>
{% endfor %}</table></body></html>"""
)


def cases(request: HttpRequest) -> HttpResponse:
    """The page."""
    newest = for_showing(Case.rows_without_a_reader.order_by("-raised_at", "-pk"))[:25]
    return HttpResponse(PAGE.render({"cases": newest}, request))


urlpatterns = [path("", cases)]
