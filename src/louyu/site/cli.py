"""The command ``louyu``: serve, import, check, user, backup, restore, and what later rooms add."""

import datetime
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "louyu.site.settings")
    import django

    django.setup()


def _prepare() -> Any:
    """Set up Django and bring the database to the current shape; an absent SQLite database is made."""
    _start()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    Path(settings.HOME).mkdir(parents=True, exist_ok=True, mode=0o700)
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite":
        Path(name).absolute().parent.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    return settings


def _as_of(said: str | None) -> datetime.date | None:
    """The day that ``--as-of`` names; None where it was left out."""
    try:
        return datetime.date.fromisoformat(said) if said else None
    except ValueError as error:
        raise click.BadParameter(
            f"{said} is no date: write it as 2026-11-24", param_hint="--as-of"
        ) from error


@click.group(help=__doc__)
@click.version_option(package_name="louyu")
def main() -> None:
    """Louyu (楼宇)."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--workers", default=2, show_default=True, type=int)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages, and run the jobs that they start."""
    _prepare()
    from louyu.core.statistics import count_for_the_planner
    from louyu.site.serving import serve

    count_for_the_planner()
    serve(host, port, workers)


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", help="Kind of register; by default it is recognised.")
@click.option(
    "--apply", "apply_now", is_flag=True, help="Bring in what is right; without it nothing is written."
)
@click.option("--json", "as_json", is_flag=True, help="Only JSON on standard output.")
@click.option(
    "--marked",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a copy with the wrong cells marked.",
)
def import_(file: Path, kind: str | None, apply_now: bool, as_json: bool, marked: Path | None) -> None:
    """Look at a workbook FILE, or bring it in."""
    _prepare()
    from louyu.accounts.commands import console_user
    from louyu.core.errors import Refusal
    from louyu.core.statistics import count_for_the_planner
    from louyu.workbooks import commands, reports

    data, by = file.read_bytes(), console_user()
    try:
        if apply_now:
            report, batch = commands.import_file(data, file_name=file.name, kind=kind, by=by)
            count_for_the_planner()
        else:
            report, batch = commands.preview_file(data, file_name=file.name, kind=kind, by=by), None
    except Refusal as refusal:
        told = {"code": refusal.code, "field": str(refusal.field), "value": str(refusal.value)}
        told |= {"reason": str(refusal.reason), "mend": str(refusal.mend)}
        click.echo(
            json.dumps({"refused": told}, ensure_ascii=False) if as_json else str(refusal), err=not as_json
        )
        sys.exit(1)
    answer = reports.as_answer(report, str(batch.pk) if batch else None)
    if marked is not None:
        from louyu.workbooks.marking import marked_copy

        marked.write_bytes(marked_copy(data, file.name, reports.marks(report)))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        click.echo(reports.in_words(report))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Only JSON on standard output.")
@click.option(
    "--as-of", "day", metavar="DATE", help="Count what is true on this day (2026-11-24); default: today."
)
def figures(as_json: bool, day: str | None) -> None:
    """Print every figure that the data so far supports, with what today is known."""
    as_of = _as_of(day)
    _prepare()
    from django.utils import timezone

    from louyu.accounts.commands import console_user
    from louyu.indicators.words import as_answer, in_words

    answer = as_answer(console_user(), as_of or timezone.localdate())
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1) if as_json else in_words(answer))


@main.command()
@click.argument("year", type=click.IntRange(2004, 9998), required=False)
@click.option(
    "--off", multiple=True, metavar="DAYS", help="Days off, e.g. 2027-10-01..2027-10-07; may be repeated."
)
@click.option("--work", multiple=True, metavar="DAYS", help="Saturdays and Sundays worked for them (调休).")
@click.option("--document", metavar="NUMBER", help="The notice's number.")
def calendar(year: int | None, off: tuple[str, ...], work: tuple[str, ...], document: str | None) -> None:
    """Print how YEAR is worked (default: this year), or load the State Council's notice of it."""
    loading = bool(off or work or document is not None)
    if loading and year is None:
        raise click.UsageError("say the year whose notice this is")
    _prepare()
    from django.utils import timezone

    from louyu.accounts.commands import console_user
    from louyu.core.errors import Refusal
    from louyu.site.notices import calendar_lines, load

    year = year or timezone.localdate().year
    try:
        lines = (
            load(
                year,
                days_off=",".join(off),
                make_up_days=",".join(work),
                document=document or "",
                by=console_user(),
            )
            if loading
            else calendar_lines(year)
        )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for line in lines:
        click.echo(line)


@main.command()
def check() -> None:
    """Check settings, database, constraints, audit trail and parts; exit status 1 if anything is wrong."""
    _prepare()
    from louyu.site.checking import findings

    wrong = False
    for level, text in findings():
        wrong |= level == "error"
        click.echo(f"{level}: {text}")
    click.echo("1 or more errors" if wrong else "all well")
    sys.exit(1 if wrong else 0)


@main.command()
@click.argument("name")
@click.option("--role", help="One of the roles, e.g. office, subdistrict, administrator.")
@click.option(
    "--scope", help="Name of the area, building, department or enterprise over which the role counts."
)
@click.option("--officer", help="The person's name in the list of officers: rights follow from their duties.")
@click.option("--password", help="By default one is made and printed.")
def user(name: str, role: str | None, scope: str | None, officer: str | None, password: str | None) -> None:
    """Make the user NAME with a role or as an officer, or give an existing one a further role."""
    _prepare()
    from louyu.core.errors import Refusal
    from louyu.site.sign_ins import add_officer, add_sign_in

    if (role is None) == (officer is None):
        raise click.UsageError("give either --role or --officer")

    password = password or f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    try:
        if officer is not None:
            fresh = add_officer(name, officer=officer, password=password)
        else:
            fresh = add_sign_in(name, role=role or "", scope=scope, password=password)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{name}  {password}" if fresh else f"{name}: role added")


@main.command()
@click.argument("user")
@click.option("--name", default="", help="What the token is for; by default it is numbered.")
@click.option(
    "--scope", "scopes", multiple=True, help="Limit it to a scope, e.g. cases:write; may be repeated."
)
@click.option("--read-only", is_flag=True, help="Limit it to reading.")
@click.option("--days", default=365, show_default=True, type=int, help="How long it opens anything.")
@click.option("--list", "listing", is_flag=True, help="Say which tokens the user has.")
@click.option("--revoke", metavar="NAME", help="Let the token of this name open nothing any more.")
def token(
    user: str,
    name: str,
    scopes: tuple[str, ...],
    read_only: bool,
    days: int,
    listing: bool,
    revoke: str | None,
) -> None:
    """Give the user USER a token for the API; it is the last line, and shown this once."""
    _prepare()
    from louyu.core.errors import Refusal
    from louyu.site.tokens import give_token, take_token_back, tokens_of

    try:
        if listing:
            lines = tokens_of(user)
        elif revoke is not None:
            lines = take_token_back(user, revoke)
        else:
            lines = give_token(user, name=name, scopes=scopes, read_only=read_only, days=days)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for line in lines:
        click.echo(line)


@main.group()
def keys() -> None:
    """The keys that seal what is personal."""


@keys.command()
def rotate() -> None:
    """Make a new sealing key and seal every key anew with it; older keys stay for backups from before."""
    _prepare()
    from django.conf import settings

    from louyu.accounts.commands import console_user, rotate_keys

    number, sealed = rotate_keys(by=console_user())
    click.echo(f"key seal-{number}: {sealed} keys sealed anew; keep a copy of {settings.HOME}/keys")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database and stored files to FILE while everything runs; keys are not in it."""
    _prepare()
    from louyu.core.errors import Refusal
    from louyu.site.backups import back_up

    try:
        click.echo(back_up(file))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace a database that is not empty.")
def restore(file: Path, replace: bool) -> None:
    """Put back what a backup FILE holds."""
    _start()
    from louyu.core.errors import Refusal
    from louyu.site.backups import put_back

    try:
        click.echo(put_back(file, replace=replace))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.command()
@click.option("--seed", type=int, help="Another number invents other names; the figures stay the same.")
@click.option(
    "--as-of", "day", metavar="DATE", help="The day on which the two years end (2026-11-24); default: today."
)
@click.option(
    "--scale",
    default=1.0,
    show_default=True,
    type=float,
    help="Multiplies enterprises and cases, and with them their figures; buildings and officers stay.",
)
def demo(seed: int | None, day: str | None, scale: float) -> None:
    """Fill an empty database with an invented district of two years, and print the sign-ins.

    The same seed and day give the same district. Ended half-way (Ctrl-C) it leaves nothing behind.
    """
    as_of = _as_of(day)
    _prepare()
    from louyu.core.errors import Refusal
    from louyu.core.statistics import count_for_the_planner
    from louyu.site.demo import SEED, load_demo, welcome

    def progress(done: int, whole: int) -> None:
        if sys.stderr.isatty() or done == whole:
            click.echo(f"\r{done} of {whole} days", nl=done == whole, err=True)

    try:
        signs = load_demo(seed=SEED if seed is None else seed, as_of=as_of, scale=scale, progress=progress)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    count_for_the_planner()
    for line in welcome(signs):
        click.echo(line)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def outlines(file: Path) -> None:
    """Draw the district's areas on the map from a GeoJSON FILE (WGS 84) whose features carry their names."""
    _prepare()
    from louyu.accounts.commands import console_user
    from louyu.core.errors import Refusal
    from louyu.places.commands import draw_areas

    try:
        drawn = draw_areas(json.loads(file.read_text(encoding="utf-8")), by=console_user())
    except (Refusal, ValueError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{drawn} areas drawn")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own management commands (migrate, shell, …)."""
    _start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["louyu manage", *arguments])


if __name__ == "__main__":
    main()
