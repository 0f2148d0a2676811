"""Addresses of cases."""

from django.urls import path

from louyu.cases import views
from louyu.cases.views import settings

app_name = "cases"
urlpatterns = [
    path("cases/", views.case_list, name="case_list"),
    path("cases/bulk/", views.bulk, name="bulk"),
    path("cases/bulk/<uuid:key>/", views.bulk_done, name="bulk_done"),
    path("cases/new/", views.new_case, name="new_case"),
    path("cases/promise/", views.promise, name="promise"),
    path("cases/of-enterprise/<uuid:key>/", views.of_enterprise, name="of_enterprise"),
    path("cases/settings/", settings.settings, name="settings"),
    path("cases/settings/categories/", settings.add, name="add_category"),
    path("cases/settings/categories/<uuid:key>/", settings.category, name="category"),
    path("cases/settings/limits/<slug:code>/", settings.limit, name="limit"),
    path("cases/<uuid:key>/", views.case, name="case"),
    path("cases/<uuid:key>/do/<slug:code>/", views.do, name="do"),
    path("cases/attachments/<uuid:key>/", views.attachment, name="attachment"),
]
