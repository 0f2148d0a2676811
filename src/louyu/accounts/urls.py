"""Addresses of users and of the audit trail."""

from django.urls import path

from louyu.accounts import views

app_name = "accounts"
urlpatterns = [
    path("users/", views.user_list, name="user_list"),
    path("users/new/", views.new_user, name="new_user"),
    path("users/<uuid:key>/", views.user, name="user"),
    path("users/<uuid:key>/give/", views.give, name="give"),
    path("users/<uuid:key>/grants/<uuid:grant>/end/", views.take_back, name="take_back"),
    path("users/<uuid:key>/name/", views.rename, name="rename"),
    path("users/<uuid:key>/active/", views.set_active, name="set_active"),
    path("users/<uuid:key>/password/", views.reset_password, name="reset_password"),
    path("users/<uuid:key>/sessions/end/", views.end_sessions, name="end_sessions"),
    path("users/<uuid:key>/second-step/drop/", views.drop_second_step, name="drop_second_step"),
    path("audit/", views.trail, name="trail"),
    path("audit/check/", views.check_trail, name="check_trail"),
    path("audit/<int:number>/", views.entry, name="entry"),
]
