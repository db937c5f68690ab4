"""Asking for a stay in another department. What becomes of the wish is dialogs/stays.py."""

from datetime import date
from typing import Any

from dialogs.dates import is_any_time, read_date, read_length
from dialogs.flow import Button, Field, Flow, Line, Plain, Reply, Say, Step, Turn
from dialogs.region import RegionQuestion
from dialogs.wishes import read_tenure, read_wish
from guidance import organisation, placements
from guidance.errors import DateNotUnderstood, NothingWritten, TenureNotUnderstood, WishTooLong
from guidance.placements import EXCHANGE, LENGTHS, LONGEST_WISH, TASTER, Wish

wishing = Flow("placements")

MOST_OFFERS = 4


@wishing.intent("placement")
async def wish_for_a_stay(turn: Turn) -> Step | Reply:
    """Somebody is curious about another place. What their sentence says already is not asked again."""
    if turn.text:
        places = await organisation.places(turn.db)
        names = {place.name for place in places} | {place.specialty for place in places}
        turn.memory.update(read_wish(turn.text, names, turn.now.date()))
    return await region.next_step(turn)


@wishing.intent("internship")
async def internship(turn: Turn) -> Reply:
    """What apprentices and students do, and what employees may mean by a taster stay: one question tells."""
    buttons = (
        Button(Say("placement.as_employee"), do="placement"),
        Button(Say("placement.as_student"), do="ask.article", args={"id": "rh-32"}),
        Button(Say("button.advisor"), do="book"),
    )
    return Reply("placement.which_internship", buttons=buttons, stay=True)


async def _first_missing(turn: Turn) -> Step:
    """The first question that has no answer yet; with all of them answered, the whole wish."""
    missing = [name for name in _ASKED_BY if name not in turn.memory]
    if missing[:2] == ["length", "starts"] or missing[:1] == ["starts"]:
        return say_when
    return _ASKED_BY[missing[0]] if missing else look_over


region = RegionQuestion(wishing, "placements", _first_missing)


@wishing.step()
async def choose_kind(turn: Turn) -> Reply:
    """Days or months?"""
    buttons = (
        Button(Say(f"placement.{TASTER}"), value={"kind": TASTER}),
        Button(Say(f"placement.{EXCHANGE}"), value={"kind": EXCHANGE}),
        Button(Say("button.cancel"), do="cancel"),
    )
    return Reply("placement.choose_kind", buttons=buttons)


@choose_kind.answer
async def kind_chosen(turn: Turn) -> Step:
    """Remember the kind. Another kind has other lengths."""
    if turn.memory.get("kind") != turn.value["kind"]:
        turn.memory.pop("length", None)
    turn.memory["kind"] = turn.value["kind"]
    return await _first_missing(turn)


@wishing.step(takes_text=True, names_subject=True)
async def say_what(turn: Turn) -> Reply:
    """Where, or about what? In the employee's words, or one of the places that have said they like visitors."""
    offers = await placements.offers(turn.db, turn.state.region, turn.memory["kind"], turn.locale)
    buttons = tuple(
        Button(Plain(f"{offer.department}, {offer.unit}"), value={"what": f"{offer.department}, {offer.unit}"})
        for offer in offers[:MOST_OFFERS]
    )
    field = Field("what", "text", Say("placement.what_label"), value=turn.memory.get("what", ""), longest=LONGEST_WISH)
    return Reply(
        "placement.say_what",
        fields=(field,),
        buttons=(Button(Say("button.continue"), value={}), *buttons),
    )


@say_what.answer
async def what_said(turn: Turn) -> Step:
    """Remember where or what."""
    turn.memory["what"] = _words(turn, "what", required=True)
    return await _first_missing(turn)


@wishing.step(takes_text=True)
async def say_when(turn: Turn) -> Reply:
    """From when, and for how long?"""
    lengths = tuple((length, Say(f"length.{length}")) for length in LENGTHS[turn.memory["kind"]])
    fields = (
        Field("starts", "date", Say("placement.starts_label"), value=turn.memory.get("starts", "")),
        Field(
            "length", "choice", Say("placement.length_label"), lengths, value=turn.memory.get("length", lengths[0][0])
        ),
    )
    return Reply("placement.say_when", fields=fields)


@say_when.answer
async def when_said(turn: Turn) -> Step:
    """Remember the time: from the fields, or as it was typed. No date means that any time will do."""
    starts, length = _typed_time(turn) if turn.text else _filled_in_time(turn)
    placements.check_start(starts, turn.now)
    turn.memory["starts"] = starts
    if length:
        turn.memory["length"] = length
    return await _first_missing(turn)


@wishing.step()
async def say_length(turn: Turn) -> Reply:
    """How long, for who typed a date and nothing else."""
    lengths = LENGTHS[turn.memory["kind"]]
    buttons = tuple(Button(Say(f"length.{length}"), value={"length": length}) for length in lengths)
    return Reply("placement.say_length", buttons=buttons)


@say_length.answer
async def length_said(turn: Turn) -> Step:
    """Remember how long."""
    turn.memory["length"] = turn.value["length"]
    return await _first_missing(turn)


@wishing.step(takes_text=True)
async def say_who(turn: Turn) -> Reply:
    """What one does now, and since when: what a coordinator needs to find a place. No name, no department."""
    told = turn.memory.get("who", {})
    fields = (
        Field("profession", "text", Say("placement.profession_label"), value=told.get("profession", ""), longest=80),
        Field("specialty", "text", Say("placement.specialty_label"), value=told.get("specialty", ""), longest=80),
        Field("tenure", "text", Say("placement.tenure_label"), value=told.get("tenure", ""), longest=40),
    )
    buttons = (Button(Say("button.continue"), value={}), Button(Say("button.skip"), value={"skip": True}))
    return Reply("placement.say_who", fields=fields, buttons=buttons)


@say_who.answer
async def who_said(turn: Turn) -> Step:
    """Remember it: from the fields, or as it was typed in one line."""
    if turn.value.get("skip"):
        turn.memory["who"] = {}
    elif turn.text:
        turn.memory["who"] = {"profession": _profession(turn), "specialty": "", "tenure": turn.text[:40]}
    else:
        names = ("profession", "specialty", "tenure")
        turn.memory["who"] = {name: str(turn.value.get(name, "")).strip()[:80] for name in names}
    tenure = turn.memory["who"].get("tenure", "")
    if tenure and not turn.text and read_tenure(tenure) is None:
        raise TenureNotUnderstood
    return await _first_missing(turn)


def _profession(turn: Turn) -> str:
    """The trade that a typed line names, as we call it; else the line itself, up to the first comma."""
    mentions = turn.knowledge.career.find(turn.text)
    if mentions:
        return turn.knowledge.career.posts[mentions[0].posts[0]].name[turn.locale]
    return turn.text.split(",")[0].strip()[:80]


@wishing.step(takes_text=True, names_subject=True)
async def say_why(turn: Turn) -> Reply:
    """Why, if the employee wants to say."""
    field = Field(
        "why", "long_text", Say("placement.why_label"), value=turn.memory.get("why", ""), longest=LONGEST_WISH
    )
    buttons = (Button(Say("button.continue"), value={}), Button(Say("button.skip"), value={"why": ""}))
    return Reply("placement.say_why", fields=(field,), buttons=buttons)


@say_why.answer
async def why_said(turn: Turn) -> Step:
    """Remember why."""
    turn.memory["why"] = _words(turn, "why", required=False)
    return await _first_missing(turn)


_PARTS = {"what": say_what, "when": say_when, "who": say_who, "why": say_why}
_ASKED_BY = {
    "kind": choose_kind, "what": say_what, "length": say_length, "starts": say_when, "why": say_why, "who": say_who,
}  # fmt: skip
"""What a wish needs, in the order of asking, and the question for it."""


@wishing.step()
async def look_over(turn: Turn) -> Reply:
    """The whole wish before it is sent, with a way to change each part."""
    buttons = (
        Button(Say("placement.send"), value={"yes": True}),
        *(Button(Say(f"placement.change_{part}"), value={"change": part}) for part in _PARTS),
        Button(Say("button.cancel"), do="cancel"),
    )
    return Reply("placement.look_over", facts=wish_facts(_wish(turn)), buttons=buttons)


@look_over.answer
async def looked_over(turn: Turn) -> Step | Reply:
    """Send it, or change a part and come back here."""
    if change := turn.value.get("change"):
        return _PARTS[change]
    sent = await placements.submit(
        turn.db, turn.participant, _wish(turn), turn.state.region, locale=turn.locale, now=turn.now
    )
    buttons = (
        Button(Say("button.my_placements"), do="my_placements"),
        Button(Say("button.menu"), do="menu"),
    )
    return Reply("placement.sent", {"alias": sent.case.alias}, buttons=buttons, keep=True)


def _typed_time(turn: Turn) -> tuple[str, str | None]:
    """Start and length in what was typed. What it does not name stays as it was."""
    day = read_date(turn.text, turn.now.date())
    length = read_length(turn.text, LENGTHS[turn.memory["kind"]])
    if day:
        return day.isoformat(), length
    if is_any_time(turn.text):
        return "", length
    if length is None:
        raise DateNotUnderstood
    return turn.memory.get("starts", ""), length


def _filled_in_time(turn: Turn) -> tuple[str, str]:
    """Start and length from the fields of the card."""
    starts = str(turn.value.get("starts", "")).strip()
    day = read_date(starts, turn.now.date())
    if starts and day is None:
        raise DateNotUnderstood
    lengths = LENGTHS[turn.memory["kind"]]
    length = turn.value.get("length")
    return day.isoformat() if day else "", length if length in lengths else lengths[0]


def _words(turn: Turn, name: str, *, required: bool) -> str:
    words = str(turn.value.get(name, turn.text)).strip()
    if required and not words:
        raise NothingWritten
    if len(words) > LONGEST_WISH:
        raise WishTooLong(longest=LONGEST_WISH, length=len(words))
    return words


def _wish(turn: Turn) -> Wish:
    who = turn.memory["who"]
    return Wish(
        **{name: turn.memory[name] for name in ("kind", "what", "length", "starts", "why")},
        profession=who.get("profession", ""),
        specialty=who.get("specialty", ""),
        tenure=read_tenure(who.get("tenure", "")),
    )


def wish_facts(wish: Wish) -> tuple[tuple[Line, Any], ...]:
    """A wish as rows of a card, for both sides."""
    starts: Any = date.fromisoformat(wish.starts) if wish.starts else Say("placement.any_time")
    tenure: Any = Say("placement.months", {"months": wish.tenure}) if wish.tenure is not None else _not_told()
    return (
        (Say("fact.kind"), Say(f"placement.{wish.kind}")),
        (Say("fact.what"), wish.what),
        (Say("fact.starts"), starts),
        (Say("fact.length"), Say(f"length.{wish.length}")),
        (Say("fact.profession"), wish.profession or _not_told()),
        (Say("fact.specialty"), wish.specialty or _not_told()),
        (Say("fact.tenure"), tenure),
        (Say("fact.why"), wish.why or _not_told()),
    )


def _not_told() -> Say:
    return Say("placement.no_reason")
