"""Addresses of the API."""

from django.urls import path

from louyu.integrations.api import api

urlpatterns = [path("api/v1/", api.urls)]
