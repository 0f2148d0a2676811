"""Addresses of enterprises."""

from django.urls import path

from louyu.tenants import views

app_name = "tenants"
urlpatterns = [
    path("enterprises/", views.enterprise_list, name="enterprise_list"),
    path("enterprises/<uuid:key>/", views.enterprise, name="enterprise"),
    path("enterprises/<uuid:key>/merge/<uuid:other>/", views.merge, name="merge"),
    path("enterprises/<uuid:key>/part/", views.part, name="part"),
    path(
        "enterprises/<uuid:key>/contacts/<uuid:contact>/reveal/", views.reveal_contact, name="reveal_contact"
    ),
]
