"""Addresses of duties."""

from django.urls import path

from louyu.duties import views

app_name = "duties"
urlpatterns = [
    path("duties/", views.officer_list, name="officer_list"),
    path("duties/people/", views.people_list, name="people_list"),
    path("duties/gaps/", views.gap_list, name="gap_list"),
    path("duties/appoint/", views.appoint, name="appoint"),
    path("duties/<uuid:key>/", views.duty, name="duty"),
    path("duties/<uuid:key>/end/", views.end, name="end"),
    path("duties/<uuid:key>/away/", views.away, name="away"),
    path("duties/absences/<uuid:key>/back/", views.back, name="back"),
]
