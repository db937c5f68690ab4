"""The command line. `python -m bot --help` lists what it can do."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from pydantic import ValidationError

from bot import key_commands, logs
from bot.housekeeping import Housekeeping
from bot.seed import load_articles, load_demo
from bot.settings import Settings
from bot.the_database import open_database
from guidance import roles
from knowledge import career_editing
from knowledge.files import ArticleUnreadable, export_folder, import_folder
from storage.database import Database, SchemaOutdated, migrate
from storage.key_files import KeysMissing, KeyUnknown
from storage.rotation import StillNeeded
from storage.sealing import Keyring


def main() -> int:
    """Run one command. Errors that a person can mend are one clear line."""
    arguments = _parser().parse_args()
    logs.set_up()
    try:
        settings = Settings()
    except ValidationError as error:
        return _say_no("; ".join(problem["msg"].removeprefix("Value error, ") for problem in error.errors()))
    try:
        if arguments.command == "serve":
            return _serve(settings)
        asyncio.run(_COMMANDS[arguments.command](settings, arguments))
    except (KeysMissing, KeyUnknown, StillNeeded, SchemaOutdated, ArticleUnreadable) as error:
        return _say_no(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Sporskifte")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="answer people, deliver notices, tidy up")
    commands.add_parser("migrate", help="create the keys and the database, or bring the database to this version")
    seed = commands.add_parser("seed", help="load the articles")
    seed.add_argument("--demo", action="store_true", help="and a made-up organisation to try it with")
    link = commands.add_parser("sign-in-link", help="make a link that lets a member of staff into the desk once")
    link.add_argument("staff", help="id of the member of staff")
    account = commands.add_parser("staff-account", help="say which work account a member of staff signs in with")
    account.add_argument("staff", help="id of the member of staff")
    which = account.add_mutually_exclusive_group(required=True)
    which.add_argument("account", nargs="?", default="", help="object id of their account in Microsoft Entra ID")
    which.add_argument("--remove", action="store_true", help="they no longer sign in with a work account")
    for name, said in (
        ("import", "publish the articles and career paths of a folder"),
        ("export", "write all articles and career paths into a folder"),
    ):
        commands.add_parser(name, help=said).add_argument("folder", type=Path)
    commands.add_parser("retry", help="try again to deliver the notices that were given up")
    commands.add_parser("purge", help="forget now what has been kept long enough")
    commands.add_parser("check", help="are the database and the keys those of this version?")
    key_commands.add_to(commands)
    return parser


def _serve(settings: Settings) -> int:
    """Answer people until interrupted."""

    from bot.app import make_app  # the platforms' libraries take a second to load, and only serving needs them

    def announce(*_: object) -> None:
        print(_WELCOME.format(url=settings.public_url) if settings.development else "Sporskifte is running.")

    try:
        # No access log: addresses and times of visitors are nobody's business.
        web.run_app(make_app(settings), host=settings.host, port=settings.port, access_log=None, print=announce)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        return _say_no(f"Cannot listen on {settings.host}:{settings.port}: {reason}. Set SPORSKIFTE_PORT.")
    return 0


_WELCOME = """
Sporskifte is running with made-up demo data. Open one of these, and stop with Ctrl+C:

  {url}/          employee and career office side by side
  {url}/chat      only the chat, as an employee
  {url}/advisor   only the desk, as an advisor or coordinator
  {url}/api/messages   the Bot Framework endpoint, for the local Teams client
"""


async def _migrate(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the tables to this version. New keys are made only with a new database."""
    await asyncio.to_thread(migrate, settings.database_url)
    if not Keyring.exists(settings.keys) and not await _has_keys(settings):
        Keyring.create(settings.keys, datetime.now(UTC))
    database = Database(settings.database_url, Keyring.load(settings.keys))
    await database.adopt_keys()
    await database.close()


async def _has_keys(settings: Settings) -> bool:
    """True if the database was written with keys, wherever they are now."""
    database = Database(settings.database_url, Keyring({1: bytes(32)}, bytes(32)))
    try:
        return await database.knows_keys()
    finally:
        await database.close()


async def _seed(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    async with database.transaction() as db:
        articles = await load_articles(db, datetime.now(UTC))
        if arguments.demo:
            await load_demo(db, datetime.now(UTC))
    await database.close()
    if articles:
        print(f"Loaded {articles} articles.")


async def _import(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    async with database.transaction() as db:
        report = await import_folder(db, arguments.folder, datetime.now(UTC))
        career = await career_editing.import_folder(db, arguments.folder, datetime.now(UTC))
    await database.close()
    for line in [*report.bad, *career.bad]:
        print(line, file=sys.stderr)
    print(f"{report.written} articles published, {report.unchanged} unchanged, {len(report.bad)} files not used.")
    kept_out = ", none of them used until the mistakes are put right" if career.bad else ""
    print(f"{career.written} rows of career paths changed, {career.unchanged} unchanged{kept_out}.")
    if report.bad or career.bad:
        sys.exit(1)


async def _export(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    async with database.reading() as db:
        count = await export_folder(db, arguments.folder)
        rows = await career_editing.export_folder(db, arguments.folder)
    await database.close()
    print(f"{count} articles and {rows} rows of career paths written to {arguments.folder}.")


async def _sign_in_link(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    async with database.transaction() as db:
        try:
            secret = await roles.make_link(db, arguments.staff, datetime.now(UTC))
        except LookupError:
            people = ", ".join(person.id for person in await roles.desk_people(db))
            sys.exit(f"Nobody at the desk has the id {arguments.staff}. There are: {people or 'none'}.")
    await database.close()
    minutes = int(roles.LINK_LASTS.total_seconds() // 60)
    print(f"Works once, within {minutes} minutes: {settings.public_url}/advisor/sign-in?link={secret}")


async def _staff_account(settings: Settings, arguments: argparse.Namespace) -> None:
    database = await open_database(settings)
    async with database.transaction() as db:
        try:
            await roles.set_account(db, arguments.staff, arguments.account)
        except LookupError:
            people = ", ".join(person.id for person in await roles.everybody(db))
            sys.exit(f"Nobody of the staff has the id {arguments.staff}. There are: {people or 'none'}.")
        except ValueError:
            sys.exit(f"{arguments.account} is no object id. It looks like 0f9a2c4e-7b61-4d3a-a5c8-1e2d3c4b5a69.")
        except roles.AccountTaken as other:
            sys.exit(f"{other} signs in with this account. First: python -m bot staff-account {other} --remove")
    await database.close()
    print(f"{arguments.staff} signs in with {arguments.account or 'no work account'}.")


async def _retry(settings: Settings, _: argparse.Namespace) -> None:
    from bot.outbox_worker import retry_given_up  # like _serve

    database = await open_database(settings)
    count = await retry_given_up(database, datetime.now(UTC))
    await database.close()
    print(f"{count} notices will be tried again by the running service.")


async def _purge(settings: Settings, _: argparse.Namespace) -> None:
    database = await open_database(settings)
    await Housekeeping(database, lambda: datetime.now(UTC)).tidy()
    await database.close()


async def _check(settings: Settings, _: argparse.Namespace) -> None:
    await (await open_database(settings)).close()
    print("The database and the keys are in order.")


_COMMANDS = {
    "migrate": _migrate,
    "seed": _seed,
    "sign-in-link": _sign_in_link,
    "staff-account": _staff_account,
    "import": _import,
    "export": _export,
    "retry": _retry,
    "purge": _purge,
    "check": _check,
    **key_commands.COMMANDS,
}


def _say_no(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
