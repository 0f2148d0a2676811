"""Addresses about persons."""

from django.urls import path

from louyu.people import views

app_name = "people"
urlpatterns = [
    path("audit/reveals/", views.reveals, name="reveals"),
    path("people/erase/", views.look_up, name="look_up"),
    path("people/<uuid:key>/erase/", views.erase, name="erase"),
]
