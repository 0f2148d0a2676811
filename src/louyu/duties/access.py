"""Who may see and keep departments, duties and absences.

Names of officers are shown in the clear to everybody who works here: they are public servants on duty, and their
names hang in the lobby; who serves a building has to be able to call them. Their telephone numbers stay masked like
anybody's.
"""

from louyu.accounts.policy import Row
from louyu.accounts.rules import STAFF, Role

ROWS = (
    Row.for_everybody("duties.see_department", "which department answers for what is public"),
    Row.of(
        "duties.see_duty",
        *STAFF,
        Role.CHAIR,
        why="staff have to know who answers for the buildings of their scope, a chair who answers for theirs",
    ),
    Row.of(
        "duties.see_absence",
        *STAFF,
        why="whoever needs an officer has to know that they are away, until when, and who stands in",
    ),
    Row.of(
        "duties.keep_duties",
        Role.OFFICE,
        Role.SUBDISTRICT,
        why="the subdistrict names chief and administrators of its buildings; the office sends specialists with the "
        "departments. Nobody below names officers: a duty gives rights",
    ),
    Row.of(
        "duties.keep_absences",
        Role.OFFICE,
        Role.SUBDISTRICT,
        Role.DEPARTMENT_LEAD,
        why="whoever answers for the officers says who is away and who stands in, a department for its own "
        "specialists. Nobody below does: a deputy has the other's rights",
    ),
    Row.of(
        "duties.keep_departments",
        Role.OFFICE,
        why="the office agrees with the departments who answers for what",
    ),
    Row.of(
        "duties.keep_calendar",
        Role.SYSTEM,
        why="the State Council's notice is loaded once a year, with the deployment's settings",
    ),
)
