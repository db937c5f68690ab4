"""What Slack sent is heard once, in order, and never lost: not when turns are slow, and not when the process dies."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_world import InSlack, Slack
from sqlalchemy import select

from bot.channels.slack import SlackChannel
from bot.channels.slack_inbox import GIVEN_UP_AFTER, Inbox
from bot.housekeeping import Housekeeping
from bot.turns import Turns
from storage import slack as stored
from storage.base import Base
from storage.database import Database


async def send_only(person: InSlack, payload: dict[str, Any]) -> int:
    """Send, and do not wait for the turn."""
    person.channel, real = Unwatched(), person.channel
    try:
        return await person.sends(payload)
    finally:
        person.channel = real


class Unwatched:
    """Nobody waits for its inbox."""

    inbox: Any

    def __init__(self) -> None:
        self.inbox = self

    async def rest(self) -> None:
        return None


class Gate:
    """Holds turns up until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.begun = 0
        hear = Turns.hear

        async def slowly(turns: Turns, inbound: Any) -> Any:
            self.begun += 1
            await self.open.wait()
            return await hear(turns, inbound)

        monkeypatch.setattr(Turns, "hear", slowly)


async def test_slack_is_answered_while_the_turn_still_thinks(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    assert await asyncio.wait_for(send_only(in_slack, in_slack.written("menu")), 2) == 200
    assert not slack.messages
    gate.open.set()
    await slack_channel.inbox.rest()
    assert "Jeg er Sporskifte" in in_slack.shown()


async def test_a_process_that_dies_in_the_middle_loses_nothing(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    with monkeypatch.context() as held:
        Gate(held)
        for text in ("book en tid", "fortsæt", "trivsel"):
            await send_only(in_slack, in_slack.written(text))
        await asyncio.sleep(0.05)
        for task in list(slack_channel.inbox._in_hand.values()):
            task.cancel()  # as at the end of a process: nobody sees it through
        await asyncio.sleep(0.05)
    assert not slack.messages
    async with database.reading() as db:
        assert len(await stored.kept(db)) == 3
    assert await slack_channel.inbox.take_up() == 3
    await slack_channel.inbox.rest()
    assert "Hvilken region" in in_slack.shown(), "in the order in which they came"
    async with database.reading() as db:
        assert not await stored.kept(db)


async def test_a_killed_process_loses_nothing_that_was_acknowledged(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, database: Database, keyring: Any, clock: Any
) -> None:
    """A real process, and the real end of one: SIGKILL in the middle of the turns."""
    root = Path(__file__).parents[2]
    own = [database.url, keyring.keys[1].hex(), keyring.tag_root.hex(), clock().isoformat()]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"}
    script = str(Path(__file__).parent / "slack_killed.py")
    dying = await asyncio.create_subprocess_exec(
        sys.executable, script, *own, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert dying.stdout is not None
    port = json.loads(await asyncio.wait_for(dying.stdout.readline(), 60))
    people = [InSlack(in_slack.client, slack, Unwatched(), f"U0PERSON{number}") for number in range(5)]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as there:
        for person in people:
            person.client = there  # type: ignore[assignment]
            assert await person.sends(person.written("book en tid")) == 200
    for _ in people:
        assert await asyncio.wait_for(dying.stdout.readline(), 60) == b"hears\n"
    dying.kill()
    await dying.wait()
    assert not slack.messages
    assert await slack_channel.inbox.take_up() == 5
    await slack_channel.inbox.rest()
    assert all("Rådgiveren ser kun" in person.shown() for person in people)


async def test_what_took_effect_before_the_end_does_so_once_and_is_answered(
    in_slack: InSlack, slack_channel: SlackChannel, database: Database, monkeypatch: pytest.MonkeyPatch, bo: Any
) -> None:
    """The message went to the advisor, and the process ended before anything was answered."""
    await in_slack.says("book en tid")
    for label in ("Fortsæt", "Spring over", "Region Hovedstaden", "Det vil jeg ikke sige", "Ikke Mikkel", "Ikke Sofie"):
        await in_slack.taps(label)
    if "Hvordan vil du mødes" in await in_slack.taps("alle i orden"):
        await in_slack.taps("Skriv sammen")
    for label in ("kl.", "Book tiden", "Skriv til rådgiveren"):
        await in_slack.taps(label)
    case_id = (await bo.cases())[0].id.hex
    said = len(in_slack.slack.messages[in_slack.dm])

    async def ends(*_: Any) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as broken:
        broken.setattr(SlackChannel, "_say", ends)
        await in_slack.sends(in_slack.written("Kan vi tale om nattevagter?"))
    assert len(in_slack.slack.messages[in_slack.dm]) == said
    assert await slack_channel.inbox.take_up() == 1
    await slack_channel.inbox.rest()
    assert await bo.reads(case_id) == ["Kan vi tale om nattevagter?"]
    assert "Velkommen tilbage" in in_slack.shown() and "Besked 1 er sendt" in in_slack.shown()
    async with database.reading() as db:
        assert not await stored.kept(db)


async def test_a_repetition_while_the_first_is_heard_is_dropped(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    event = in_slack.written("menu")
    for _ in range(3):
        assert await send_only(in_slack, event) == 200
    gate.open.set()
    await slack_channel.inbox.rest()
    assert gate.begun == 1 and len(slack.messages[in_slack.dm]) == 1


async def test_one_persons_messages_are_heard_in_order_and_nobody_waits_for_another(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    people = [InSlack(in_slack.client, slack, slack_channel, f"U0PERSON{number}") for number in range(8)]
    for text in ("book en tid", "fortsæt"):
        for person in people:
            await send_only(person, person.written(text))
    await asyncio.sleep(0.1)
    assert gate.begun == 8, "one turn each"
    gate.open.set()
    await slack_channel.inbox.rest()
    assert all("tale om" in person.shown() for person in people)


async def test_a_form_opens_while_a_turn_thinks(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack lets it be opened for three seconds."""
    await in_slack.says("jeg vil gerne snuse")
    await in_slack.taps("Region Hovedstaden")
    await in_slack.taps("Snusepraktik")
    message, button = in_slack.find("Fortsæt")
    gate = Gate(monkeypatch)
    await send_only(in_slack, in_slack.written("hvad er snusepraktik?"))
    tap = in_slack.tap(message, button)
    in_slack.channel, real = Unwatched(), in_slack.channel
    assert await in_slack.sends(tap, form=True) == 200
    in_slack.channel = real
    for _ in range(100):
        if slack.modals:
            break
        await asyncio.sleep(0.02)
    assert slack.modals
    gate.open.set()
    await slack_channel.inbox.rest()


async def test_what_is_kept_can_be_read_with_the_keys_only(
    in_slack: InSlack, slack_channel: SlackChannel, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    gate = Gate(monkeypatch)
    await send_only(in_slack, in_slack.written("kanariefugl kanariefugl"))
    path = Path(database.url.split("///")[1])
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    async with database.reading() as db:
        assert "kanariefugl" in json.dumps([event for _, event in await stored.kept(db)])
        (row,) = (await db.execute(select(Base.metadata.tables["slack_event"]))).all()
    assert b"kanariefugl" not in raw and in_slack.user.encode() not in raw and len(row.sealed) % 1024 == 30
    gate.open.set()
    await slack_channel.inbox.rest()


async def test_what_fails_stays_and_is_tried_again_for_a_day(database: Database, clock: Any) -> None:
    tries: list[Any] = []

    async def hear(payload: dict[str, Any], again: bool) -> bool:
        tries.append(payload)
        if len(tries) == 1:
            raise OSError("away")
        return False

    inbox = Inbox(database, clock, hear)
    await inbox.take(("T", "event", "1"), {"a": 1})
    await inbox.rest()
    clock.passes(seconds=59)
    assert await inbox.take_up(60) == 0, "another copy may be at it"
    clock.passes(seconds=1)
    assert await inbox.take_up(60) == 1
    await inbox.rest()
    async with database.reading() as db:
        assert len(await stored.kept(db)) == 1
    clock.passes(seconds=GIVEN_UP_AFTER)
    assert await inbox.take_up(60) == 1
    await inbox.rest()
    async with database.reading() as db:
        assert not await stored.kept(db)
    assert tries == [{"a": 1}] * 3


async def test_many_at_once_are_written_together(
    database: Database, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, written = [], 0
    keep = stored.keep

    async def counted(*given: Any) -> Any:
        nonlocal written
        written += 1
        return await keep(*given)

    async def hear(payload: dict[str, Any], again: bool) -> bool:
        heard.append(payload["n"])
        return True

    monkeypatch.setattr(stored, "keep", counted)
    inbox = Inbox(database, clock, hear)
    await asyncio.gather(*(inbox.take(("T", "event", str(n)), {"n": n}) for n in range(100)))
    await inbox.rest()
    assert heard == list(range(100)) and written <= 3


async def test_nothing_of_what_was_heard_stays_in_the_files(in_slack: InSlack, database: Database) -> None:
    """Neither its row nor, sealed, in the write-ahead log."""
    tags: list[bytes] = []
    keep = stored.keep

    async def noted(db: Any, events: Any) -> Any:
        events = list(events)
        tags.extend(tag for tag, _ in events)
        return await keep(db, events)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stored, "keep", noted)
        await in_slack.says("slet alt om mig")
        await in_slack.taps("Ja, slet alt")
    path = Path(database.url.split("///")[1])
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert len(tags) == 2 and not [tag for tag in tags if tag in raw]


async def test_what_nobody_ever_heard_is_forgotten_by_the_housekeeping(database: Database, clock: Any) -> None:
    """As after Slack was taken out of the settings."""

    async def hear(payload: dict[str, Any], again: bool) -> bool:
        return False

    inbox = Inbox(database, clock, hear)
    await inbox.take(("T", "event", "1"), {})
    await inbox.rest()
    for hours, left in ((47, 1), (2, 0)):
        clock.passes(hours=hours)
        await Housekeeping(database, clock).tidy()
        async with database.reading() as db:
            assert len(await stored.kept(db)) == left
