"""Amina booked in Teams, and goes on where her workplace keeps no copy."""

import re
from pathlib import Path

import pytest
from cast import as_json, spelled
from sqlalchemy import select

from storage.cases import Envelope
from storage.identities import address_behind
from storage.passages import Passage


class Teams:
    """Takes what is delivered to Teams."""

    waits = False

    def __init__(self):
        self.cards = []

    async def deliver(self, address, card):
        self.cards.append(card)


@pytest.fixture
def teams(worker):
    worker._channels["teams"] = teams = Teams()
    return teams


@pytest.fixture
async def in_teams(employee, bo, teams):
    """Amina in Teams, with an appointment."""
    amina = employee("Amina Yusuf").from_teams()
    await amina.books()
    return amina


@pytest.fixture
def at_home(employee):
    """Amina with her own phone."""
    return employee("Seks Ord")


async def link(amina) -> str:
    """Ask for the link; its secret."""
    await amina.says("privat tilstand")
    await amina.taps("giv mig et link")
    url = next(button.url for button in amina.cards[-1].buttons if button.url)
    return re.fullmatch(r"/chat\?lang=da#privat=([\w-]{32})", url)[1]


async def test_the_case_goes_over_with_everything_in_it(in_teams, at_home, bo, teams, press):
    (case,) = await bo.cases()
    await in_teams.taps("Skriv til rådgiveren")
    await in_teams.says("Hej Bo")
    said = await press(at_home, do="private.arrive", args={"secret": await link(in_teams)})
    assert f"{case.alias} er nu kun her" in said and at_home.cards[-1].keep
    assert "1. Dig: Hej Bo" in await at_home.taps("Skriv til rådgiveren")
    await at_home.says("Nu privat")
    assert await bo.reads(case.id.hex) == ["Hej Bo", "Nu privat"]
    await bo.answers(case.id.hex, "Godt at høre")
    assert "Godt at høre" in await at_home.reads_news()
    assert not teams.cards, "nothing more is sent to Teams"
    assert case.alias in await at_home.says("mine aftaler")


async def test_the_advisor_notices_nothing(in_teams, at_home, bo, press):
    news = await bo.reads_news()
    before = [(case.id, case.alias, case.opened_on) for case in await bo.cases()]
    await press(at_home, do="private.arrive", args={"secret": await link(in_teams)})
    assert await bo.reads_news() == news
    assert [(case.id, case.alias, case.opened_on) for case in await bo.cases()] == before


async def test_in_teams_it_is_gone_for_good(in_teams, at_home, bo, press):
    (case,) = await bo.cases()
    await press(at_home, do="private.arrive", args={"secret": await link(in_teams)})
    assert "Du har ingen aftaler" in await in_teams.says("mine aftaler")
    assert "ingen sager om dig" in await in_teams.says("hvad gemmer I om mig?")
    assert "findes ikke mere" in await press(in_teams, do="chats.reply", args={"case": case.id.hex})
    assert "findes ikke mere" in await press(in_teams, do="private.offer", args={"case": case.id.hex})
    await in_teams.says("slet alt om mig")
    await in_teams.taps("Ja, slet alt")
    assert await bo.cases(), "nobody in Teams can erase it either"


async def test_what_was_being_written_in_teams_does_not_go_on_there(in_teams, at_home, bo, press):
    (case,) = await bo.cases()
    await in_teams.taps("Skriv til rådgiveren")
    secret = await link(in_teams)
    assert not any("slap" in label for label in in_teams.sees())
    await press(at_home, do="private.arrive", args={"secret": secret})
    await in_teams.says("Er du der?")
    assert await bo.reads(case.id.hex) == []


async def test_the_link_works_once_and_not_for_long(in_teams, at_home, employee, clock, press):
    secret = await link(in_teams)
    for bad in ("", "x", secret[:-1], secret + "x", "x" * 5000):
        assert "Linket virker ikke" in await press(at_home, do="private.arrive", args={"secret": bad})
    clock.passes(minutes=25)
    assert "Linket virker ikke" in await press(at_home, do="private.arrive", args={"secret": secret})
    old, new = await link(in_teams), await link(in_teams)
    assert "Linket virker ikke" in await press(at_home, do="private.arrive", args={"secret": old}), (
        "the last one counts"
    )
    assert "nu kun her" in await press(at_home, do="private.arrive", args={"secret": new})
    assert "Linket virker ikke" in await press(employee("En anden"), do="private.arrive", args={"secret": new})


async def test_nobody_brings_a_case_back_to_teams_with_it(in_teams, employee, press):
    secret = await link(in_teams)
    other = employee("Dan Poulsen").from_teams()
    assert "Linket virker ikke" in await press(other, do="private.arrive", args={"secret": secret})


async def test_who_changes_their_mind_stays(in_teams, bo):
    await in_teams.says("privat tilstand")
    assert "Alt er, som det var" in await in_teams.taps("Nej, bliv her")
    assert "Du skriver nu til" in await in_teams.taps("Skriv til rådgiveren")


async def test_of_two_cases_the_one_that_was_meant_goes(in_teams, at_home, bo, carla, press):
    await in_teams.wishes()
    (wish,), (session,) = await carla.cases(), await bo.cases()
    assert "Hvilken sag" in await in_teams.says("gå privat")
    await in_teams.taps(wish.alias)
    await in_teams.taps("giv mig et link")
    secret = next(button.url for button in in_teams.cards[-1].buttons if button.url).partition("privat=")[2]
    await press(at_home, do="private.arrive", args={"secret": secret})
    assert wish.alias in await at_home.says("hvad gemmer I om mig?")
    assert session.alias in await in_teams.says("hvad gemmer I om mig?")


async def test_in_the_web_chat_there_is_nothing_to_change(amina, bo):
    await amina.books()
    assert "allerede i webchatten" in await amina.says("privat tilstand")
    await amina.taps("Skriv til rådgiveren")
    assert not any("privat" in label for label in amina.sees())


async def test_without_a_case_the_web_chat_is_shown(employee):
    amina = employee("Amina Yusuf").from_teams()
    assert "ingen sag at tage med" in await amina.says("fortsæt i webchatten")


@pytest.mark.sqlite
async def test_neither_the_secret_nor_the_old_address_stays_behind(in_teams, at_home, database, press):
    async with database.reading() as db:
        (before,) = (await db.scalars(select(Envelope.sealed))).all()
    secret = await link(in_teams)
    async with database.reading() as db:
        (kept,) = (await db.scalars(select(Passage))).all()
        assert secret.encode() not in kept.tag and kept.until.timestamp() % 300 == 0
    assert secret not in as_json(in_teams.cards), "it stands in the address of the button alone"
    await press(at_home, do="private.arrive", args={"secret": secret})
    async with database.reading() as db:
        assert (await db.scalars(select(Passage))).all() == []
        (envelope,) = (await db.scalars(select(Envelope))).all()
        assert envelope.sealed != before and len(envelope.sealed) == len(before)
        assert (await address_behind(db, envelope.case_id)).channel == "web"
    path = Path(database.url.split("///")[1])
    raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert before not in raw and secret.encode() not in raw


async def test_in_english(employee, bo):
    amina = employee("Amina Yusuf").from_teams()
    await amina.books()
    await amina.says("english")
    await amina.says("private mode")
    assert "your workplace cannot read along" in spelled(amina.cards[-1])
