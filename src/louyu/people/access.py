"""Who may see persons, masked or in the clear."""

from louyu.accounts.policy import Row
from louyu.accounts.rules import Role

ROWS = (
    Row.of(
        "people.see_person",
        Role.OFFICE,
        why="the district office keeps the register of persons; everybody else meets a person, masked, through a "
        "record that names them (a contact, an officer)",
    ),
    Row.of(
        "people.reveal",
        Role.OFFICE,
        Role.SUBDISTRICT,
        Role.SECRETARY,
        Role.CHIEF,
        Role.ADMINISTRATOR,
        Role.ORGANISATION_SECRETARY,
        why="those who serve an enterprise have to reach its contact, those who lead organisations their officers: "
        "value by value, with a reason, on record",
    ),
    Row.of(
        "people.erase",
        Role.OFFICE,
        why="a person's right to have their data deleted (PIPL, art. 47) is carried out by the office that keeps it",
    ),
    Row.of(
        "people.see_reveallog",
        Role.AUDIT,
        why="who looked at whose values, and why, is read by those who audit",
    ),
    Row.for_everybody(
        "people.keep_own",
        why="everybody sees, corrects, takes along and withdraws what is held on them (PIPL, art. 44 to 50); whose "
        "page it is, their sign-in or their personal link says",
    ),
    Row.of(
        "people.keep_consent_texts",
        Role.OFFICE,
        why="what people are asked to agree to is worded once for the district",
    ),
)
