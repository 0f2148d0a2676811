"""Addresses of imports."""

from django.urls import path

from louyu.workbooks import views

app_name = "workbooks"
urlpatterns = [
    path("imports/", views.batch_list, name="batch_list"),
    path("imports/<uuid:key>/", views.batch, name="batch"),
    path("imports/<uuid:key>/progress/", views.progress, name="progress"),
    path("imports/<uuid:key>/columns/", views.correct_column, name="correct_column"),
    path("imports/<uuid:key>/decisions/", views.decide, name="decide"),
    path("imports/<uuid:key>/absent/", views.settle_absent, name="settle_absent"),
    path("imports/<uuid:key>/apply/", views.bring_in, name="bring_in"),
    path("imports/<uuid:key>/undo/", views.undo, name="undo"),
    path("imports/<uuid:key>/drop/", views.drop, name="drop"),
    path("imports/<uuid:key>/marked.xlsx", views.marked, name="marked"),
]
