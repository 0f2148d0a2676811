"""No read without a reader: ``objects`` refuses until one is named, and its unscoped twin has few callers."""

import ast

from tests.architecture.source import breaches, kind_of, managers

READS = {"models", "queries", "commands", "indicators", "lists", "registers"}
"""Kinds of module that read."""

WITHOUT_A_READER = {"commands", "registers"}
"""Kinds of module that may read past the reader's scope: they have asked the access row first."""

FOUNDATION = {
    "core/models.py",  # declares the managers
    "core/scoping.py",
    "core/figures.py",  # facts and tallies hold counts and keys; the records behind them are read for their reader
    "accounts/models.py",  # what a user was granted decides what they may read
    "accounts/policy.py",  # turns grants into rows
}

PERMITTED: dict[str, str] = {
    "accounts/queries.py::head_digest": "says that something was done, not what",
    "accounts/queries.py::trail_faults": "the whole trail is checked for the deployment, not for a reader",
    "accounts/queries.py::_digests_of_changes": "part of it",
    "tenants/queries/__init__.py::merged_into": "asked about an enterprise that was read for its reader",
    "accounts/queries.py::entries": "the trail belongs to those who audit; the function asks the access row itself",
    "accounts/queries.py::about": "narrows those entries",
    "accounts/queries.py::told": "changes of entries that were read for those who audit",
    "accounts/queries.py::_Names.__init__": "names of the records in them, none of persons",
    "accounts/queries.py::newest_entry": "says how long the trail is, not what is in it",
    "accounts/recorded.py::recorded": "asked about records that were read for their reader",
    "cases/queries.py::colleagues_of": "whoever hands a case over has to know to whom it can go",
    "cases/queries.py::may_each": "asks the access rows themselves, about a case that was read for its reader",
    "core/queries.py::_loaded_days": "the working calendar is published by the State Council",
    "core/queries.py::notice_document": "and so is the notice's number",
    "core/queries.py::job_on": "asked about a record that was read for its reader",
    "core/queries.py::runners_at_work": "names of processes, for the runner",
    "desk/queries.py::_own_unread": "the reader's own messages, of things that they see; quicker than by the row",
    "duties/queries/__init__.py::absent_on": "who sees a duty is told who stands in, wherever that one serves",
    "duties/queries/__init__.py::who_answers": "a matter is routed to whoever answers, not to whom its reader sees",
    "duties/queries/__init__.py::people_in_place": "the persons of duties that are read for their reader",
    "organisations/queries/__init__.py::numbers": "the rules' numbers are the district's, no record of anybody",
    "organisations/queries/__init__.py::was_there": "a period is read for whoever reads its organisation",
    "organisations/queries/__init__.py::_standing": "how many stand below, counted, of organisations that were read",
    "organisations/queries/work.py::covered_enterprises": "keys only: is an enterprise covered, by whomever",
    "organisations/queries/work.py::_rows_of_small_units": "counted by community; no enterprise and no number is named",
    "organisations/queries/work.py::_venues": "whether a building has a shared space, for a seat that was read",
    "organisations/queries/members.py::openly": "who shows their membership openly, to whoever sees the organisation",
    "places/queries.py::community_named_by": "the name of a community, for the public page on which members register",
    "people/queries.py::own": "everybody's own page is about themselves",
    "people/queries.py::own_by_link": "whoever has the personal link is whom it is about",
    "people/queries.py::held_on": "everything held on somebody, for nobody but themselves",
    "people/queries.py::looks_at": "who looked at somebody, for themselves",
    "people/queries.py::consents_of": "what somebody agreed to, for themselves",
    "people/queries.py::newest_text": "what is asked to be agreed to is public",
    "people/queries.py::shown_openly": "who shows their membership openly, of persons that were read",
    "people/queries.py::recent_reveals": "everybody may know how often they looked themselves",
    "tenants/queries/__init__.py::declared_members": "only to know which number is newest; it is read for its reader",
    "tenants/queries/__init__.py::declared_by_enterprise": "only to know which number is newest, as above",
    "tenants/queries/__init__.py::near_duplicates": "compares hashes of phones; enterprises are read for their reader",
    "workbooks/queries.py::remembered_headings": "what a heading means is the office's common memory, no record",
    "workbooks/queries.py::decisions": "an answer counts for everybody, or it would be asked again",
    "workbooks/queries.py::earlier_lists": "keys only, to tell who is absent from this month's file",
    "workbooks/queries.py::file_names": "who sees a record may know which file it is from",
    "desk/jobs.py::export_list": "the job runner does what a user asked for, as that user",
    "desk/lists.py::user_names": "the log of exports names who took a list along",
    "workbooks/jobs.py::mark": "the same",
    "workbooks/jobs.py::_asked": "the job runner does what a user asked for, who had read the import",
    "people/queries.py::mentions": "counts what names a person, for the office that is about to erase them",
    "site/missing.py::facts": "numbers of the whole district, for whoever leads through its beginning",
    "site/queries.py::officers_without_sign_in": "who keeps users is told the officers' names, which are public",
    "site/told.py::_places": "who gives rights over an area or a building has to name it, whoever they are",
    "site/told.py::_departments": "the same",
    "site/told.py::_enterprises": "the same",
    "site/told.py::_duties_behind": "who keeps users is told from which duty a right follows",
    "site/told.py::_running_duties": "about a person that was read for the office that is about to erase them",
    "site/told.py::_uploads": "the same",
    "site/checking.py::_lost_keys": "the keys that seal what is held, not what they seal",
    "site/checking.py::_files": "louyu check looks at the deployment's files, not for a reader",
    "site/sign_ins.py::add_sign_in": "whether a user name is taken, asked on the command line",
    "site/sign_ins.py::add_officer": "the same",
}
"""Other places that read without a reader (``module::function``), and why."""

PERMITTED_SCOPED: dict[str, str] = {
    "site/sessions.py::_running": "a model of Django's: who presents the key of a session reads that session",
    "desk/things.py::visible": "what is about a thing is seen with it: asked of the thing's own row, for the reader",
    "site/sign_ins.py::add_officer": "the command line's reader finds an officer by name",
    "site/sign_ins.py::_department": "the command line's reader finds a department by its name",
    "site/sign_ins.py::_named": "the command line's reader finds a scope by its name",
}
"""Other places that read for a reader although no kind of module that reads, and why."""

unscoped = managers("rows_without_a_reader", "_default_manager", "_base_manager")
scoped = managers("objects")


def test_the_guard_sees_a_read_in_a_view() -> None:
    tree = ast.parse(
        "def page(request):\n    return Building.objects.all(), Unit.rows_without_a_reader.count()\n"
    )
    assert [line for line, _ in scoped(tree)] == [2]
    assert [line for line, _ in unscoped(tree)] == [2]


def test_reads_stand_where_reads_belong() -> None:
    assert breaches(scoped, lambda module: kind_of(module) in READS, PERMITTED_SCOPED) == []


def test_reads_without_a_reader_are_few() -> None:
    assert breaches(unscoped, lambda m: kind_of(m) in WITHOUT_A_READER or m in FOUNDATION, PERMITTED) == []
