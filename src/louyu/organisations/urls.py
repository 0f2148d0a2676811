"""Addresses of organisations."""

from django.urls import path

from louyu.organisations import member_views, views

app_name = "organisations"
urlpatterns = [
    path("organisations/", views.tree, name="tree"),
    path("organisations/below/<uuid:key>/", views.below, name="below"),
    path("organisations/tops/<uuid:key>/", views.tops_of_area, name="tops"),
    path("organisations/list/", views.organisation_list, name="organisation_list"),
    path("organisations/work/", views.work_list, name="work_list"),
    path("organisations/rules/", views.rule_numbers, name="rule_numbers"),
    path("organisations/units/<uuid:key>/", views.unit_proposals, name="proposals"),
    path("organisations/found/", views.found, name="found"),
    path("organisations/members/", member_views.member_work, name="members"),
    path("organisations/members/<uuid:key>/transfer/", member_views.ask_transfer, name="ask_transfer"),
    path("organisations/members/<uuid:key>/reveal/", member_views.reveal_member, name="reveal_member"),
    path("organisations/<uuid:key>/members/", member_views.members, name="roster"),
    path("organisations/transfers/<uuid:key>/", member_views.transfer, name="transfer"),
    path("organisations/transfers/<uuid:key>/letter/", member_views.letter, name="letter"),
    path("organisations/join/<uuid:key>/", member_views.join_code, name="join_code"),
    path("join/<uuid:key>/", member_views.join, name="join"),
    path("organisations/<uuid:key>/", views.organisation, name="organisation"),
    path("organisations/<uuid:key>/change/", views.change, name="change"),
    path("organisations/<uuid:key>/move/", views.move, name="move"),
    path("organisations/<uuid:key>/cover/", views.cover, name="cover"),
    path("organisations/<uuid:key>/end/", views.end, name="end"),
    path("organisations/<uuid:key>/appoint/", views.appoint, name="appoint"),
    path("organisations/offices/<uuid:key>/end/", views.end_appointment, name="end_appointment"),
    path("organisations/offices/<uuid:key>/term/", views.term, name="term"),
    path("organisations/offices/<uuid:key>/reveal/", views.reveal_officer, name="reveal_officer"),
]
