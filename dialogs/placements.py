"""Asking for a stay in another department, and following the wish."""

from datetime import date
from typing import Any

from dialogs.dates import is_any_time, read_date, read_length
from dialogs.flow import Button, Field, Flow, Line, Plain, Reply, Say, Step, Turn
from dialogs.region import RegionQuestion
from guidance import placements
from guidance.errors import DateNotUnderstood, NoSuchCase, NothingWritten, WishTooLong
from guidance.placements import EXCHANGE, LENGTHS, LONGEST_WISH, TASTER, Submitted, Wish

wishing = Flow("placements")

MOST_OFFERS = 4


@wishing.intent("placement")
async def wish_for_a_stay(turn: Turn) -> Step | Reply:
    """Somebody is curious about another place."""
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


async def _kind(turn: Turn) -> Step:
    return choose_kind


region = RegionQuestion(wishing, "placements", _kind)


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
    return say_what


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
    return _next(turn, say_when)


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
    return _next(turn, say_why) if "length" in turn.memory else say_length


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
    return _next(turn, say_why)


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
    return look_over


_PARTS = {"what": say_what, "when": say_when, "why": say_why}


@wishing.step()
async def look_over(turn: Turn) -> Reply:
    """The whole wish before it is sent, with a way to change each part."""
    turn.memory["editing"] = True
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


@wishing.intent("my_placements")
async def my_placements(turn: Turn) -> Reply:
    """The employee's own wishes with their status."""
    mine = await placements.mine(turn.db, turn.participant)
    if not mine:
        return Reply("placement.none", buttons=(Button(Say("button.placement"), do="placement"),), stay=True)
    if len(mine) == 1:
        return _detail(mine[0])
    buttons = tuple(
        Button(
            Say("placement.one_of_mine", {"what": one.wish.what[:60], "status": Say(f"placement_status.{one.status}")}),
            do="placements.detail",
            args={"case": one.case.id.hex},
        )
        for one in mine
    )
    return Reply("placement.mine", buttons=buttons, stay=True)


@wishing.verb("detail")
async def detail(turn: Turn) -> Reply:
    """One wish."""
    mine = await placements.mine(turn.db, turn.participant)
    one = next((one for one in mine if one.case.id.hex == turn.value.get("case")), None)
    return _detail(one) if one else await my_placements(turn)


@wishing.verb("withdraw")
async def withdraw(turn: Turn) -> Step:
    """Take a wish back, after one more question."""
    case_id = str(turn.value.get("case", ""))
    if case_id not in [one.case.id.hex for one in await placements.mine(turn.db, turn.participant)]:
        raise NoSuchCase
    turn.memory["case"] = case_id
    return really_withdraw


@wishing.step()
async def really_withdraw(turn: Turn) -> Reply:
    """Are you sure?"""
    buttons = (
        Button(Say("placement.withdraw_yes"), value={"yes": True}),
        Button(Say("placement.withdraw_no"), value={"yes": False}),
    )
    return Reply("placement.really_withdraw", buttons=buttons)


@really_withdraw.answer
async def withdraw_answered(turn: Turn) -> Reply:
    """Withdraw, or leave it as it is."""
    if not turn.value["yes"]:
        return await my_placements(turn)
    gone = await placements.withdraw(turn.db, turn.participant, turn.memory["case"], turn.now)
    buttons = (Button(Say("button.menu"), do="menu"),)
    return Reply("placement.withdrawn", {"alias": gone.case.alias}, buttons=buttons)


def _next(turn: Turn, step: Step) -> Step:
    return look_over if turn.memory.get("editing") else step


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
    return Wish(**{name: turn.memory[name] for name in ("kind", "what", "length", "starts", "why")})


def wish_facts(wish: Wish) -> tuple[tuple[Line, Any], ...]:
    """A wish as rows of a card, for both sides."""
    starts: Any = date.fromisoformat(wish.starts) if wish.starts else Say("placement.any_time")
    return (
        (Say("fact.kind"), Say(f"placement.{wish.kind}")),
        (Say("fact.what"), wish.what),
        (Say("fact.starts"), starts),
        (Say("fact.length"), Say(f"length.{wish.length}")),
        (Say("fact.why"), wish.why or Say("placement.no_reason")),
    )


def _detail(one: Submitted) -> Reply:
    case = {"case": one.case.id.hex}
    facts = (
        (Say("fact.alias"), one.case.alias),
        (Say("fact.status"), Say(f"placement_status.{one.status}")),
        *wish_facts(one.wish),
    )
    open_ones = (
        Button(Say("button.write_to_coordinator"), do="chats.reply", args=case),
        Button(Say("button.withdraw"), do="placements.withdraw", args=case),
    )
    buttons = open_ones if one.case.state == "open" else (Button(Say("button.placement"), do="placement"),)
    return Reply("placement.detail", facts=facts, buttons=(*buttons, Button(Say("button.menu"), do="menu")), stay=True)
