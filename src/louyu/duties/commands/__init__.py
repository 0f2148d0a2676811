"""What is done to duties: appointing, ending, absences and their deputies; the calendar of the year."""

from louyu.duties.commands.absences import end_absence, record_absence
from louyu.duties.commands.appointing import add_usual_departments, appoint, end_duty, join_sign_in
from louyu.duties.commands.notices import load_notice

__all__ = [
    "add_usual_departments",
    "appoint",
    "end_absence",
    "end_duty",
    "join_sign_in",
    "load_notice",
    "record_absence",
]
