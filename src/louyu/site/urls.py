"""The addresses of all rooms."""

from django.urls import include, path

from louyu.accounts.adapter import by_mail
from louyu.site import begin, calendar_views, officer_sign_ins, settings_views, views

site_urls = (
    [
        path("", views.start, name="start"),
        path("monday/", views.my_monday, name="monday"),
        path("search/", views.search, name="search"),
        path("calendar/", calendar_views.calendar_of_year, name="calendar"),
        path("display/", views.display, name="display"),
        path("buildings/<uuid:key>/", views.building, name="building"),
        path("begin/", begin.begin, name="begin"),
        path("begin/samples/<slug:name>/", begin.sample, name="sample"),
        path("system/", settings_views.settings_page, name="settings"),
        path("system/check/", settings_views.check, name="check"),
        path("system/backup/", settings_views.back_up, name="back_up"),
        path("users/officers/", officer_sign_ins.officer_sign_ins, name="officer_sign_ins"),
        path("users/<uuid:key>/officer/", officer_sign_ins.join_officer, name="join_officer"),
        path("healthz", views.alive, name="alive"),
    ],
    "site",
)

BY_MAIL = (
    "email/",
    "confirm-email/",
    "confirm-email/<path:key>/",
    "login/code/confirm/",
    "password/reset/",
    "password/reset/<path:key>/",
    "password/set/",
)
"""Pages of the sign-in library that are switched off: this house sends no mail."""

urlpatterns = [
    path("", include(site_urls)),
    path("buildings/", views.building_list, name="buildings"),
    path("", include("louyu.accounts.urls")),
    path("", include("louyu.people.urls")),
    path("", include("louyu.places.urls")),
    path("", include("louyu.tenants.urls")),
    path("", include("louyu.duties.urls")),
    path("", include("louyu.organisations.urls")),
    path("", include("louyu.cases.urls")),
    path("", include("louyu.workbooks.urls")),
    path("", include("louyu.desk.urls")),
    path("", include("louyu.integrations.urls")),
    path("", include("louyu.indicators.urls")),
    *(path(f"accounts/{address}", by_mail) for address in BY_MAIL),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
"""The list of buildings is answered by the page that knows how many enterprises sit in each."""
