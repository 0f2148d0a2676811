"""Addresses of the desk."""

from django.urls import path

from louyu.desk.views import following, messages, named, notes, work

app_name = "desk"
urlpatterns = [
    path("desk/", messages.message_list, name="messages"),
    path("desk/messages/read/", messages.mark_read, name="mark_read"),
    path("desk/messages/<uuid:key>/", messages.open_message, name="message"),
    path("desk/following/", following.following, name="following"),
    path("desk/follow/", following.follow, name="follow"),
    path("desk/notes/", notes.write_note, name="write_note"),
    path("desk/notes/<uuid:key>/", notes.note, name="note"),
    path("desk/notes/<uuid:key>/withdraw/", notes.withdraw_note, name="withdraw_note"),
    path("desk/jobs/", work.job_list, name="job_list"),
    path("desk/jobs/<uuid:key>/", work.job, name="job"),
    path("desk/jobs/<uuid:key>/file/", work.job_file, name="job_file"),
    path("desk/jobs/<uuid:key>/cancel/", work.cancel_job, name="cancel_job"),
    path("desk/exports/", work.export_list, name="export_list"),
    path("desk/views/", named.view_list, name="views"),
    path("desk/views/<uuid:key>/", named.change_view, name="change_view"),
    path("desk/views/<uuid:key>/delete/", named.delete_view, name="delete_view"),
    path("desk/views/<uuid:key>/move/", named.move_view, name="move_view"),
]
