"""Slack as employees use it: signed events in, our own calls of the Web API out, all on loopback."""

import logging
from pathlib import Path
from typing import Any

import pytest
from cast import Advisor
from slack_world import TEAM, InSlack, Slack, every, spelled
from sqlalchemy import func, select

from bot.channels.slack import SlackChannel
from bot.outbox_worker import OutboxWorker
from guidance import chats
from guidance.cases import by_id, of_staff
from storage.base import Base
from storage.database import Database
from storage.identities import address_behind

NEUTRAL = "Du har en besked"


async def rows(database: Database, *names: str) -> dict[str, int]:
    async with database.reading() as db:
        return {name: await db.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in names}


async def a_case_of_bo(person: InSlack, bo: Advisor) -> str:
    """Book until Bo is the advisor: rule the others out."""
    await person.says("book en tid")
    await person.taps("Fortsæt")
    await person.taps("Spring over")
    await person.taps("Region Hovedstaden")
    await person.taps("Det vil jeg ikke sige")
    await person.taps("Ikke Mikkel")
    await person.taps("Ikke Sofie")
    if "Hvordan vil du mødes" in await person.taps("alle i orden"):
        await person.taps("Skriv sammen")
    await person.taps("kl.")
    await person.taps("Book tiden")
    case_id: str = (await bo.cases())[0].id.hex
    return case_id


async def deliver(worker: OutboxWorker, channel: SlackChannel) -> None:
    worker._channels = {"slack": channel}  # the fixture's worker knows only the web
    while await worker.work_once():
        pass


async def test_a_question_is_answered_with_blocks_and_a_neutral_preview(in_slack: InSlack) -> None:
    shown = await in_slack.says("Hvad er snusepraktik?")
    assert "Region Hovedstaden" in shown and "Kilde" in shown
    assert in_slack.last()["text"] == NEUTRAL and in_slack.last()["channel"] == in_slack.dm


async def test_an_appointment_is_booked_by_choosing_and_tapping(in_slack: InSlack, database: Database) -> None:
    await in_slack.says("Jeg vil gerne tale med nogen uden min chef ved det")
    await in_slack.taps("Fortsæt")
    await in_slack.taps("Trivsel")
    await in_slack.taps("Region Hovedstaden")
    assert every(in_slack.last()["blocks"], ("static_select",)), "the workplace is chosen in the message"
    await in_slack.taps("Fortsæt", workplace="nordkysten")
    if "Hvordan vil du mødes" in await in_slack.taps("alle i orden"):
        await in_slack.taps("Skriv sammen")
    await in_slack.taps("kl.")
    assert "i denne sag" in await in_slack.taps("Book tiden")
    async with database.reading() as db:
        advisors = [person for person in ("bo", "sofie", "mikkel") if await of_staff(db, person)]
        cases = list(await db.scalars(select(Base.metadata.tables["guidance_case"].c.id)))
        address = await address_behind(db, cases[0])
    assert advisors and "mikkel" not in advisors  # his manager leads a department at Nordkysten
    assert address is not None and address.channel == "slack"
    assert address.reference == {"team": TEAM, "user": in_slack.user, "channel": in_slack.dm}


async def test_a_wish_is_filled_in_with_forms_and_a_date(in_slack: InSlack, database: Database) -> None:
    await in_slack.says("jeg vil gerne snuse")
    await in_slack.taps("Region Hovedstaden")
    await in_slack.taps("Snusepraktik")
    await in_slack.taps("Fortsæt", what="Børnepsykiatrien <b>*her*</b> & der")
    assert every(in_slack.last()["blocks"], ("datepicker",))
    await in_slack.taps("Fortsæt", starts="2027-01-12", length="3_days")
    await in_slack.taps("Spring over")
    shown = await in_slack.taps("Spring over")
    assert "Børnepsykiatrien <b>*her*</b> & der" in shown and "12. januar 2027" in shown
    await in_slack.taps("Send ønsket")
    assert await rows(database, "guidance_case", "placement") == {"guidance_case": 1, "placement": 1}


async def test_nothing_is_left_to_tap_where_it_was_answered(in_slack: InSlack) -> None:
    await in_slack.says("Jeg vil gerne tale med en rådgiver")
    asked = in_slack.last()
    await in_slack.taps("Fortsæt")
    assert every(asked["blocks"], ("button", "static_select")) == []
    assert "✓ Fortsæt" in spelled(asked["blocks"]) and asked["text"] == NEUTRAL
    asked = in_slack.last()
    await in_slack.says("trivsel")  # answered in words: no button of it stays either
    assert every(asked["blocks"], ("button",)) == [] and "✓" not in spelled(asked["blocks"])


async def test_a_form_leaves_no_button_either(in_slack: InSlack) -> None:
    await in_slack.says("jeg vil gerne snuse")
    await in_slack.taps("Region Hovedstaden")
    await in_slack.taps("Snusepraktik")
    asked = in_slack.last()
    await in_slack.taps("Fortsæt", what="Akutmodtagelsen")
    assert every(asked["blocks"], ("button",)) == [] and "✓ Fortsæt" in spelled(asked["blocks"])


async def test_a_form_that_is_sent_after_something_else_was_asked_is_an_old_one(
    in_slack: InSlack, slack: Slack
) -> None:
    await in_slack.says("jeg vil gerne snuse")
    await in_slack.taps("Region Hovedstaden")
    await in_slack.taps("Snusepraktik")
    await in_slack.sends(in_slack.tap(*in_slack.find("Fortsæt")), form=True)
    (view_id,) = slack.modals
    await in_slack.says("Akutmodtagelsen")  # typed, while the form stood open
    asked = in_slack.last()
    await in_slack.fills_in(view_id, what="Børnepsykiatrien")
    assert "✓" not in spelled(asked["blocks"]) and "Hvornår" in in_slack.shown()
    await in_slack.taps("Fortsæt", starts="2027-01-12", length="3_days")
    await in_slack.taps("Spring over")
    assert "Akutmodtagelsen" in await in_slack.taps("Spring over")


async def test_what_fails_beside_an_answer_does_not_bring_it_again(
    in_slack: InSlack, slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> Any:
        raise OSError("disk")

    monkeypatch.setattr("bot.turns.Turns.overview", fails)
    await in_slack.says("menu")
    assert await in_slack.channel.inbox.take_up() == 0 and len(slack.messages[in_slack.dm]) == 1


async def test_buttons_that_are_safe_at_any_time_stay(in_slack: InSlack) -> None:
    await in_slack.says("menu")
    menu = in_slack.last()
    await in_slack.taps("Hvad gemmer I om mig")
    assert every(menu["blocks"], ("button",))


async def test_an_event_that_slack_sends_twice_is_heard_once(in_slack: InSlack, slack: Slack) -> None:
    event = in_slack.written("Hvad er snusepraktik?")
    assert await in_slack.sends(event) == 200
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert await in_slack.sends(event, **again) == 200
    assert len(slack.messages[in_slack.dm]) == 1


async def test_an_event_that_comes_first_as_a_retry_is_heard(in_slack: InSlack, slack: Slack) -> None:
    """The first try may never have reached us."""
    assert await in_slack.sends(in_slack.written("menu"), **{"X-Slack-Retry-Num": "2"}) == 200
    assert len(slack.messages[in_slack.dm]) == 1


async def test_a_tap_that_is_sent_again_takes_effect_once(in_slack: InSlack, slack: Slack) -> None:
    await in_slack.says("Jeg vil gerne tale med en rådgiver")
    message, button = in_slack.find("Fortsæt")
    for _ in range(2):  # under a new trigger each time
        await in_slack.sends(in_slack.tap(message, button), form=True)
    assert len(slack.messages[in_slack.dm]) == 2


async def test_the_whole_way_of_a_conversation_with_an_advisor(
    in_slack: InSlack, slack_channel: SlackChannel, worker: OutboxWorker, bo: Advisor, database: Database
) -> None:
    """Book, write, get an answer at the desk, answer from the notice, erase: the same rows as in any channel."""
    case_id = await a_case_of_bo(in_slack, bo)
    await in_slack.taps("Skriv til rådgiveren")
    await in_slack.says("Jeg er *træt* af <vagterne> & vil videre")
    await bo.answers(case_id, "Goddag. Hvad har du på <hjerte>? *Fortæl*")
    await deliver(worker, slack_channel)
    notice = in_slack.last()
    assert notice["text"] == NEUTRAL and notice["channel"] == in_slack.dm
    answered = next(one for one in every(notice["blocks"], ("plain_text", "mrkdwn")) if "hjerte" in one["text"])
    assert answered["type"] == "plain_text" and "<hjerte>? *Fortæl*" in answered["text"]
    await in_slack.taps("Svar")
    await in_slack.says("Tak")
    assert await bo.reads(case_id) == ["Jeg er *træt* af <vagterne> & vil videre", answered["text"], "Tak"]
    counted = await rows(database, "guidance_case", "appointment", "message", "identity_envelope")
    assert counted == {"guidance_case": 1, "appointment": 1, "message": 3, "identity_envelope": 1}
    alias = (await bo.cases())[0].alias
    assert alias in await in_slack.opens_home()
    await in_slack.says("slet alt om mig")
    await in_slack.taps("Ja, slet alt")
    tables = ("guidance_case", "appointment", "message", "identity_envelope", "conversation", "slack_event")
    assert set((await rows(database, *tables)).values()) == {0}
    assert alias not in spelled(in_slack.slack.homes[in_slack.user]["blocks"]), "the Home tab forgets with us"


async def test_the_same_conversation_leaves_the_same_rows_as_on_the_web(
    in_slack: InSlack, amina: Any, database: Database
) -> None:
    tables = [name for name in Base.metadata.tables if name not in ("heard", "key_check")]

    async def grown(before: dict[str, int]) -> dict[str, int]:
        return {name: count - before[name] for name, count in (await rows(database, *tables)).items()}

    async def tells(person: Any) -> dict[str, int]:
        before = await rows(database, *tables)
        await person.says("Jeg vil gerne tale med nogen uden min chef ved det")
        await person.taps("Fortsæt")
        await person.taps("Min vej videre")
        await person.taps("Region Hovedstaden")
        await person.taps("Fortsæt", workplace="nordkysten")
        if "Hvordan vil du mødes" in await person.taps("alle i orden"):
            await person.taps("Skriv sammen")
        await person.taps("kl.")
        await person.taps("Book tiden")
        await person.taps("Skriv til rådgiveren")
        await person.says("Goddag")
        await person.says("stop")
        await person.says("jeg vil gerne snuse")
        await person.taps("Snusepraktik")
        await person.says("Børnepsykiatrien")
        await person.taps("Fortsæt", starts="2027-01-12", length="3_days")
        await person.taps("Spring over")
        await person.taps("Spring over")
        await person.taps("Send ønsket")
        return await grown(before)

    on_the_web, here = await tells(amina), await tells(in_slack)
    assert here == on_the_web and here["guidance_case"] == 2 and here["message"] == 1


async def test_home_shows_ones_own_cases_and_the_next_appointment_only(
    in_slack: InSlack, bo: Advisor, slack: Slack
) -> None:
    assert "ingen åbne sager" in await in_slack.opens_home()
    await a_case_of_bo(in_slack, bo)
    assert "ingen åbne sager" not in spelled(slack.homes[in_slack.user]["blocks"]), "it follows without being opened"
    home = await in_slack.opens_home()
    alias = (await bo.cases())[0].alias
    assert f"{alias}: Samtale" in home and f"Skriv som {alias}" in home and "Næste aftale: " in home and "kl." in home
    assert "Bo " not in home, "who the advisor is stands in the conversation, not over the shoulder"
    dan = InSlack(in_slack.client, slack, in_slack.channel, "U0DAN")
    assert "ingen åbne sager" in await dan.opens_home() and alias not in spelled(slack.homes["U0DAN"]["blocks"])


async def test_a_shortcut_on_home_is_answered_in_the_conversation(in_slack: InSlack, slack: Slack) -> None:
    await in_slack.opens_home()
    button = next(b for b in every(slack.homes[in_slack.user]["blocks"], ("button",)) if "anonymt" in b["text"]["text"])
    payload = in_slack.tap({"ts": "", "blocks": []}, button)
    for name in ("message", "channel"):
        del payload[name]
    payload |= {"container": {"type": "view", "view_id": "V1"}, "view": {"id": "V1", "type": "home"}}
    assert await in_slack.sends(payload, form=True) == 200
    assert "Rådgiveren ser kun" in in_slack.shown() and in_slack.last()["text"] == NEUTRAL


async def test_who_opens_the_conversation_is_welcomed_the_first_time_only(in_slack: InSlack, slack: Slack) -> None:
    await in_slack.opens_home("messages")
    assert "Jeg er Sporskifte" in in_slack.shown()
    await in_slack.opens_home("messages")
    assert len(slack.messages[in_slack.dm]) == 1


@pytest.mark.parametrize(("text", "answer"), [("", "Jeg er Sporskifte"), ("hvad er snusepraktik?", "Kilde")])
async def test_the_command_is_answered_where_nobody_reads_along(in_slack: InSlack, text: str, answer: str) -> None:
    assert await in_slack.commands(text) == 200
    assert '"ephemeral"' in in_slack.acknowledged and "private" in in_slack.acknowledged
    assert "snuse" not in in_slack.acknowledged
    assert answer in in_slack.shown()
    assert set(in_slack.slack.messages) == {in_slack.dm}


async def test_a_file_is_refused_kindly(in_slack: InSlack) -> None:
    file = {"id": "F1", "name": "cv.pdf"}
    assert "ikke tage imod filer" in await in_slack.says("", subtype="file_share", files=[file])


async def test_a_cpr_number_is_taken_out_and_one_is_told_to_delete_it(in_slack: InSlack) -> None:
    shown = await in_slack.says("mit cpr er 010190-1234")
    assert "slet også din egen besked" in shown


async def test_links_and_mentions_are_read_as_they_were_meant(in_slack: InSlack, bo: Advisor) -> None:
    case_id = await a_case_of_bo(in_slack, bo)
    await in_slack.taps("Skriv til rådgiveren")
    event = in_slack.written("")
    event["event"]["text"] = "Se <https://regionh.dk/x|regionh.dk/x> &amp; <mailto:a@b.dk|brevet> &lt;nu&gt; <!here>"
    await in_slack.sends(event)
    assert await bo.reads(case_id) == ["Se regionh.dk/x & brevet <nu>"]


async def test_a_slack_that_is_busy_is_asked_again_later(
    in_slack: InSlack, slack: Slack, slack_channel: SlackChannel, worker: OutboxWorker, clock: Any, bo: Advisor
) -> None:
    case_id = await a_case_of_bo(in_slack, bo)
    await deliver(worker, slack_channel)
    sent = len(slack.messages[in_slack.dm])
    slack.answers = [("chat.postMessage", 503, {}, {})]
    await bo.answers(case_id, "Er du der?")
    await worker.work_once()
    assert len(slack.messages[in_slack.dm]) == sent
    clock.passes(minutes=6)
    await worker.work_once()
    assert len(slack.messages[in_slack.dm]) == sent + 1


@pytest.mark.parametrize("code", ["channel_not_found", "account_inactive", "is_archived", "user_disabled"])
async def test_what_cannot_arrive_is_not_tried_again_and_its_sender_sees_it(
    in_slack: InSlack,
    slack: Slack,
    slack_channel: SlackChannel,
    worker: OutboxWorker,
    bo: Any,
    database: Any,
    code: str,
) -> None:
    case_id = await a_case_of_bo(in_slack, bo)
    slack.answers = [("chat.postMessage", 200, {}, {"ok": False, "error": code})]
    await bo.answers(case_id, "Er du der?")
    await deliver(worker, slack_channel)
    async with database.reading() as db:
        case = await by_id(db, case_id)
        assert case is not None
        assert [message.delivery for message in await chats.thread(db, case.id)] == ["failed"]


async def test_a_picture_that_slack_cannot_fetch_keeps_nothing_from_anybody(in_slack: InSlack, slack: Slack) -> None:
    slack.answers = [("chat.postMessage", 200, {}, {"ok": False, "error": "invalid_blocks"})]
    await in_slack.says("Hvordan bliver jeg specialuddannet sygeplejerske fra sygeplejerske?")
    shown = in_slack.last()["blocks"]
    assert not every(shown, ("image",)) and any("url" in one for one in every(shown, ("button",)))


async def test_slacks_own_variables_of_the_environment_change_nothing(
    turns: Any, database: Database, installations: Any, slack_web: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings are read in one place. Bolt looks for these by itself."""
    for name in ("BOT_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "VERIFICATION_TOKEN", "APP_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "of-another-program")
    channel = SlackChannel(None, turns, database, installations, slack_web, clock, "https://karriere.example")
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "text": "menu"}
    payload = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A", "event_id": "Ev1", "event": event}
    assert await channel._hear(payload, False), "a workspace that we do not know, whatever the environment says"
    assert channel._bolt.client.token is None


async def test_logs_and_files_hold_nothing_of_who_writes(
    slack: Slack, slack_channel: SlackChannel, slack_client: Any, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """At the level at which every library says all that it knows: Bolt, Slack's SDK, SQLAlchemy and we ourselves."""
    caplog.set_level(logging.DEBUG)
    her = InSlack(slack_client, slack, slack_channel, "U0KANARIEFUGL")
    slack.answers = [("chat.postMessage", 429, {"Retry-After": "0"}, {"ok": False, "error": "ratelimited"})]
    await her.says("Jeg vil gerne tale med nogen om min kanariebekymring")
    await her.says("jeg vil gerne snuse")
    await her.taps("Region Hovedstaden")
    await her.taps("Snusepraktik")
    await her.taps("Fortsæt", what="Kanarieafdelingen")
    await her.commands("kanariespørgsmål")
    await her.opens_home()
    await her.sends(her.tap(her.last(), {"action_id": "tap:0.0", "type": "button", "value": "kanarieværdi"}), form=True)
    await her.sends_raw('{"kanarie": "hemmelighed"', form=False)
    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "INSERT INTO slack_event" in said, "the libraries do log"
    path = Path(database.url.split("///")[1])
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*")).decode("latin-1")
    for canary in ("kanarie", "U0KANARIEFUGL", "D0KANARIEFUGL", "xoxe"):
        assert canary.lower() not in said.lower(), f"{canary} in the logs"
        assert canary.lower() not in raw.lower(), f"{canary} in the files"
