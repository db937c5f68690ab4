"""Career paths: "hvad kan jeg blive?" and "hvordan bliver jeg X?", from what is known and with what is not.

Nothing is kept of who asks: replies stay out of the conversation's state, and a question that was open leaves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dialogs.flow import Button, Flow, Line, Picture, Plain, Reply, Say, Step, Turn
from dialogs.understanding import meant
from dialogs.wording import line
from guidance import organisation
from knowledge.articles import Article
from knowledge.career_names import Mention
from knowledge.career_paths import GENERAL, CareerPaths, PathStep, Post
from knowledge.language import fold, tokens

career = Flow("career")

MOST_NEXT = 3
"""Posts that are buttons under a card. Teams shows six buttons, and three lead elsewhere."""
MOST_OFFERS = 2
MOST_DRAWN = 9
"""Posts in one drawing: more would not be legible on a phone."""
MOST_COMMON = 4

FACT_LABELS = {
    "education": "career.education",
    "duration": "career.duration",
    "entry": "career.entry",
    "salary": "career.salary",
}

_FROM = frozenset("fra er som været ansat from am as".split())
_TO = frozenset("blive bliver være til become becoming be to into".split())
_SOMEBODY_ELSE = frozenset("min mit mine din vores jeres hans hendes my your our their his her".split())
_NOT = frozenset("ikke aldrig not never".split())
_MARKER_REACH = 4
"""Words between "fra" or "blive" and the post that it belongs to."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks: from which post, and to which. None: not said. Several ids: the name fits them all."""

    start: tuple[str, ...] | None
    end: tuple[str, ...] | None


def wanted(text: str, paths: CareerPaths) -> Wanted | None:
    """What the words ask of career paths, or None if they ask something else."""
    kind = meant(text, files=("career",))
    if kind is None:
        return None
    words = [fold(word) for word in tokens(text)]
    mentions = [one for one in paths.find(text) if _before(words, one, 0, 1).isdisjoint(_SOMEBODY_ELSE)]
    if kind == "ways" and len(mentions) < 2:
        return Wanted(mentions[0].posts if mentions else None, None)
    if _NOT & set(words):
        return None  # "jeg vil ikke være sygeplejerske mere" is no wish to become one
    start, end = _roles(words, mentions)
    return Wanted(start, end) if end or kind == "ways" else None


def _roles(words: Sequence[str], mentions: Sequence[Mention]) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Which post somebody comes from and which one they want, by the nearest word before each that tells."""
    start: tuple[str, ...] | None = None
    end: tuple[str, ...] | None = None
    unclear, last_end = [], 0
    for mention in mentions:
        told = [word for word in _in_front(words, mention, last_end) if word in _FROM_FOLDED | _TO_FOLDED]
        last_end = mention.end
        if told and told[-1] in _FROM_FOLDED:
            start = start or mention.posts
        elif told:
            end = end or mention.posts
        else:
            unclear.append(mention.posts)
    for posts in unclear:  # "kan en sygeplejerske blive læge": who wants it stands first and is not marked
        if start is None and end is not None:
            start = posts
        elif end is None:
            end = posts
    return start, end


def _in_front(words: Sequence[str], mention: Mention, last_end: int) -> Sequence[str]:
    return words[max(last_end, mention.start - _MARKER_REACH) : mention.start]


def _before(words: Sequence[str], mention: Mention, last_end: int, reach: int) -> set[str]:
    return set(words[max(last_end, mention.start - reach) : mention.start])


_FROM_FOLDED = frozenset(map(fold, _FROM))
_TO_FOLDED = frozenset(map(fold, _TO))


@career.verb("ask")
async def ask(turn: Turn) -> Step | Reply:
    """Somebody asks in words; or taps "Hvad kan jeg blive?", and has said nothing yet."""
    asked = wanted(turn.text, turn.knowledge.career) or Wanted(None, None)
    return _stay(await _answer(turn, asked))


@career.verb("ways")
async def ways(turn: Turn) -> Reply:
    """A post was tapped: where does it lead?"""
    post = turn.knowledge.career.posts.get(str(turn.value.get("from", "")))
    return replace(await _ways(turn, post), stay=True) if post else _unknown()


@career.verb("path")
async def path(turn: Turn) -> Reply:
    """A way was tapped: its steps."""
    posts = turn.knowledge.career.posts
    start, end = (posts.get(str(turn.value.get(name, ""))) for name in ("from", "to"))
    return replace(await _path(turn, start, end), stay=True) if start and end else _unknown()


@career.step(takes_text=True)
async def choose_post(turn: Turn) -> Reply:
    """What are you today?"""
    return await _ask_post(
        turn, "career.ask_post", [post for post in turn.knowledge.career.posts.values() if post.common]
    )


@career.step(takes_text=True)
async def choose_start(turn: Turn) -> Reply:
    """What are you today, you who want to become this?"""
    end = turn.knowledge.career.posts[turn.memory["end"]]
    starts = [step.start for step in turn.knowledge.career.ways_to(end.id)]
    return await _ask_post(turn, "career.ask_start", starts, end)


@choose_post.answer
@choose_start.answer
async def post_said(turn: Turn) -> Step | Reply:
    """The post was tapped or typed. What was asked is forgotten with the answer."""
    chosen = str(turn.value.get("post", ""))
    mentions = turn.knowledge.career.find(turn.text)
    start = (chosen,) if chosen in turn.knowledge.career.posts else mentions[0].posts if mentions else None
    end = turn.memory.get("end")
    turn.state.answered_card = ""
    return await _answer(turn, Wanted(start, (end,) if end else None)) if start else _unknown()


async def _answer(turn: Turn, asked: Wanted) -> Step | Reply:
    posts = turn.knowledge.career.posts
    for which in (asked.start, asked.end):
        if which and len(which) > 1:
            return _which(turn, asked, which)
    start = posts[asked.start[0]] if asked.start else None
    end = posts[asked.end[0]] if asked.end else None
    if start and end:
        return await _path(turn, start, end)
    if start:
        return await _ways(turn, start)
    if end:
        turn.memory["end"] = end.id
        return choose_start
    return choose_post


def _stay(outcome: Step | Reply) -> Step | Reply:
    return replace(outcome, stay=True) if isinstance(outcome, Reply) else outcome


async def _ask_post(turn: Turn, key: str, offered: Sequence[Post], end: Post | None = None) -> Reply:
    buttons = tuple(
        Button(Plain(label(post.name[turn.locale])), value={"post": post.id}) for post in offered[:MOST_COMMON]
    )
    page = Button(Say("career.all_posts"), url=f"/career?lang={turn.locale}")
    values = {"end": end.name[turn.locale]} if end else {}
    return Reply(key, values, buttons=(*buttons, page, Button(Say("button.cancel"), do="cancel")))


def _which(turn: Turn, asked: Wanted, which: Sequence[str]) -> Reply:
    """A name that fits several posts: one tap tells which."""
    buttons = []
    for post_id in which:
        args = {"from": post_id} if which == asked.start else {"to": post_id}
        if which != asked.start and asked.start:
            args["from"] = asked.start[0]
        elif which == asked.start and asked.end:
            args["to"] = asked.end[0]
        verb = "career.path" if len(args) == 2 else "career.ways" if "from" in args else "career.become"
        buttons.append(Button(Plain(label(turn.knowledge.career.posts[post_id].name[turn.locale])), do=verb, args=args))
    return Reply("career.which", buttons=(*buttons, _advisor()))


@career.verb("become")
async def become(turn: Turn) -> Step | Reply:
    """A post to become was tapped."""
    end = str(turn.value.get("to", ""))
    return _stay(await _answer(turn, Wanted(None, (end,)))) if end in turn.knowledge.career.posts else _unknown()


async def _ways(turn: Turn, post: Post) -> Reply:
    """Every post that one step leads to."""
    steps = turn.knowledge.career.ways_on(post.id)
    name = post.name[turn.locale]
    if not steps:
        return Reply("career.no_ways", {"post": name}, buttons=(_advisor(), _page(turn, post)))
    first = _offset(turn.value.get("more", ""), len(steps))
    shown = steps[first : first + MOST_NEXT]
    if len(steps) - first == MOST_NEXT + 1:
        shown = steps[first:]  # a button for more would take as much room as the last one
    regions = await organisation.region_names(turn.db)
    buttons = [
        Button(Plain(label(step.end.name[turn.locale])), do="career.path", args={"from": post.id, "to": step.end.id})
        for step in shown
    ]
    if first + len(shown) < len(steps):
        more = str(first + len(shown))
        buttons.append(Button(Say("career.more"), do="career.ways", args={"from": post.id, "more": more}))
    if first:
        return Reply("career.more_ways", {"post": name}, buttons=(*buttons, _advisor(), _page(turn, post)))
    return Reply(
        "career.ways",
        {"post": name},
        facts=[(Plain(label(step.end.name[turn.locale])), in_short(step, turn.locale, regions)) for step in steps],
        picture=picture_of_ways(turn.knowledge.career, post, turn.locale),
        closing=Say("career.choose_next"),
        buttons=(*buttons, _advisor(), _page(turn, post)),
    )


async def _path(turn: Turn, start: Post, end: Post) -> Reply:
    """The steps from one post to another, with what is known of each and what is not."""
    values = {"start": start.name[turn.locale], "end": end.name[turn.locale]}
    on_from_end = Button(Say("career.ways_from", {"post": values["end"]}), do="career.ways", args={"from": end.id})
    if start == end:
        return Reply("career.same", values, buttons=(on_from_end, _advisor()))
    steps = turn.knowledge.career.shortest_path(start.id, end.id)
    if not steps:
        on_from_start = replace(
            on_from_end, label=Say("career.ways_from", {"post": values["start"]}), args={"from": start.id}
        )
        return Reply("career.no_path", values, buttons=(_advisor(), on_from_start, _page(turn, end)))
    regions = await organisation.region_names(turn.db)
    offers = _offers(turn, steps)
    buttons = [
        *(Button(Plain(article.title), do="ask.article", args={"id": article.id}) for article in offers[:MOST_OFFERS]),
        _advisor(),
        *([on_from_end] if turn.knowledge.career.ways_on(end.id) else []),
        _page(turn, start, end),
    ]
    return Reply(
        "career.path_short" if len(steps) == 1 else "career.path",
        {**values, "count": len(steps)},
        facts=_path_facts(turn, steps, regions, offers),
        picture=picture_of_path(steps, turn.locale),
        buttons=buttons,
    )


def _offers(turn: Turn, steps: Sequence[PathStep]) -> list[Article]:
    """The articles about offers on the way. Whose region is known sees no other region's."""
    ids = dict.fromkeys(article_id for step in steps for article_id in step.articles)
    found = [article for one in ids if (article := turn.knowledge.article(one, turn.locale))]
    return [article for article in found if turn.state.region in ("", article.region_id)]


def _path_facts(
    turn: Turn, steps: Sequence[PathStep], regions: Mapping[str, str], offers: Sequence[Article]
) -> list[tuple[Line, Line]]:
    """The rows of a whole path: each step by itself, and what they have in common once, below."""
    rows: list[tuple[Line, Line]] = []
    standing = [standing_of(step, regions, turn.now.date(), turn.state.region) for step in steps]
    alike = all(one == standing[0] for one in standing)
    for number, step in enumerate(steps, 1):
        if len(steps) > 1:
            rows.append((Say("career.step", {"number": number}), Plain(way(step, turn.locale))))
        rows += known_of(step, turn.locale)
        if not alike:
            rows += standing[number - 1]
    if alike:
        rows += standing[0]
    if offers:
        names = [f"{article.title} ({regions.get(article.region_id, article.region_id)})" for article in offers]
        rows.append((Say("career.offers"), Plain("\n".join(names))))
    return [*rows, *sources_of(steps, turn.locale)]


def known_of(step: PathStep, locale: str) -> list[tuple[Line, Line]]:
    """What is known of a step, and what is not, as rows to show."""
    rows: list[tuple[Line, Line]] = [
        (Say(FACT_LABELS[name]), Plain(fact.text[locale])) for name, fact in step.facts.items()
    ]
    if step.unknown:
        missing = ", ".join(line(locale, Say(FACT_LABELS[name])).lower() for name in step.unknown)
        rows.append((Say("career.unknown_label"), Plain(missing)))
    return rows


def standing_of(
    step: PathStep, regions: Mapping[str, str], today: date, own_region: str = ""
) -> list[tuple[Line, Line]]:
    """Where a step is true, and how sure that is."""
    rows: list[tuple[Line, Line]] = []
    if step.regions:
        names = ", ".join(regions.get(region, region) for region in step.regions)
        foreign = own_region and own_region not in step.regions
        rows.append((Say("career.where"), Say("career.not_yours", {"regions": names}) if foreign else Plain(names)))
    status = Say("career.general") if step.status == GENERAL else Say(f"status.{step.status}")
    if not step.checked_by_hr:
        status = Say("career.unchecked", {"status": status})
    elif step.review_by < today:
        status = Say("career.overdue", {"status": status, "day": step.review_by})
    return [*rows, (Say("fact.status"), status)]


def sources_of(steps: Sequence[PathStep], locale: str) -> list[tuple[Line, Line]]:
    """Where the facts come from, each source once."""
    sources = dict.fromkeys(source.name[locale] for step in steps for source in step.sources)
    return [(Say("career.source"), Plain("\n".join(sources)))] if sources else []


def in_short(step: PathStep, locale: str, regions: Mapping[str, str]) -> Line:
    """A step in one line: how long and which education, as far as it is known, and where it is not true for all."""
    known = [step.facts[name].text[locale] for name in ("duration", "education") if name in step.facts]
    parts = known[:1] if known else [line(locale, Say("career.little_known"))]
    if step.regions:
        parts.append(", ".join(regions.get(region, region) for region in step.regions))
    if step.is_past:
        parts.append(line(locale, Say("career.past")))
    return Plain(" · ".join(parts))


def way(step: PathStep, locale: str) -> str:
    """From where to where."""
    return f"{label(step.start.name[locale])} → {step.end.name[locale]}"


def picture_of_ways(paths: CareerPaths, post: Post, locale: str) -> Picture:
    """Where the drawing of the ways from a post stands, and what it shows."""
    ends = ""
    for depth, step in paths.ahead(post.id, MOST_DRAWN):
        parted = ", " if depth == 1 else ": " if ends.endswith(step.start.name[locale]) else " + "
        ends += (parted if ends else "") + step.end.name[locale]
    alt = Say("career.alt_ways", {"post": post.name[locale], "posts": ends})
    return Picture(f"/career/{post.id}", alt, f"lang={locale}")


def picture_of_path(steps: Sequence[PathStep], locale: str) -> Picture:
    """Where the drawing of a path stands, and what it shows."""
    stops = ", ".join(post.name[locale] for post in (steps[0].start, *(step.end for step in steps)))
    end = steps[-1].end
    return Picture(
        f"/career/{steps[0].start.id}", Say("career.alt_path", {"posts": stops}), f"to={end.id}&lang={locale}"
    )


def _page(turn: Turn, post: Post, end: Post | None = None) -> Button:
    to = f"to={end.id}&" if end else ""
    return Button(Say("career.open_page"), url=f"/career/{post.id}?{to}lang={turn.locale}")


def _advisor() -> Button:
    return Button(Say("button.advisor"), do="book")


def _unknown() -> Reply:
    again = Button(Say("career.try_again"), do="career.ask")
    return Reply("career.unknown", buttons=(_advisor(), again, Button(Say("button.menu"), do="menu")))


def _offset(given: Any, length: int) -> int:
    """Where the next buttons begin. A card can be forged."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) < length else 0


def label(name: str) -> str:
    """A name as the beginning of a line."""
    return name[0].upper() + name[1:]
