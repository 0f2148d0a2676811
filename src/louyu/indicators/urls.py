"""Addresses of figures."""

from django.urls import path

from louyu.indicators import views

app_name = "indicators"
urlpatterns = [
    path("figures/<str:code>/", views.figure, name="figure"),
]
