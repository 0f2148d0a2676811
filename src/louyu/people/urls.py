"""Addresses about persons."""

from django.urls import path

from louyu.people import views

app_name = "people"
urlpatterns = [
    path("audit/reveals/", views.reveals, name="reveals"),
    path("people/erase/", views.look_up, name="look_up"),
    path("people/<uuid:key>/erase/", views.erase, name="erase"),
    path("me/", views.own_page, name="own"),
    path("me/copy.<slug:form>", views.own_copy, name="own_copy"),
    path("my/<str:code>/", views.own_page, name="own_by_link"),
    path("my/<str:code>/copy.<slug:form>", views.own_copy, name="own_copy_by_link"),
]
