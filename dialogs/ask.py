"""Questions, answered with a passage of an article and where it stands; or with an honest "I don't know"."""

from collections.abc import Sequence
from dataclasses import replace

from dialogs.flow import Button, Flow, Plain, Quote, Reply, Say, Turn
from guidance import organisation
from knowledge.articles import MOST_OTHERS, Article, vote
from knowledge.asked import Outcome, count
from knowledge.search import Question

articles = Flow("ask")

_ABOUT_THIS = 3
"""Buttons of an answer that are about the answer itself: helped, did not help, a human."""


@articles.verb("question")
async def answer_question(turn: Turn) -> Reply:
    """The passage that answers, or that nothing does, and a human in both cases."""
    return await sure_answer(turn) or await _nothing_sure(turn)


async def sure_answer(turn: Turn) -> Reply | None:
    """The passage that answers the words of this turn, or None."""
    asker = turn.locale, turn.state.region
    found = turn.knowledge.go_on(turn.question, turn.topic, *asker) or turn.knowledge.ask(turn.question, *asker)
    found = found or next(iter(turn.opinion), None)
    if found is None:
        return None
    turn.answered_from = found.article.id
    await _count(turn, "answered", found.article.topic)
    first, *more = found.passages
    text = "\n\n".join([first.text, *(f"**{passage.heading}**\n\n{passage.text}" for passage in more)])
    reply = await _show(turn, found.article, first.heading, found.anchor, text, found.others)
    return replace(reply, key="ask.elsewhere") if found.elsewhere else reply


@articles.verb("article")
async def show_article(turn: Turn) -> Reply:
    """The beginning of one article that was tapped."""
    article = turn.knowledge.article(str(turn.value.get("id", "")), turn.locale)
    if article is None:
        return Reply("ask.retired", buttons=(Button(Say("button.advisor"), do="book"),), stay=True)
    opening = article.body.split("\n## ", 1)[0].strip()
    return await _show(turn, article, "", "top", opening, turn.knowledge.related(article, turn.locale))


@articles.verb("where")
async def where_you_work(turn: Turn) -> Reply:
    """Which region? One tap, and the same subject is looked up there."""
    names = await organisation.region_names(turn.db)
    about = str(turn.value.get("id", ""))
    buttons = [
        Button(Plain(name), do="ask.in_region", args={"id": about, "region": one}) for one, name in names.items()
    ]
    return Reply("region.choose", buttons=buttons, stay=True)


@articles.verb("in_region")
async def in_region(turn: Turn) -> Reply:
    """Remember the region, and show what it has about the subject of an article: perhaps nothing, and then a human."""
    names = await organisation.region_names(turn.db)
    region = str(turn.value.get("region", ""))
    article = turn.knowledge.article(str(turn.value.get("id", "")), turn.locale)
    if region not in names or article is None:
        return await show_article(turn)
    turn.state.region = region
    if article.region_id == region:
        return await show_article(turn)
    own = turn.knowledge.near(Question(article.title), turn.locale, region)
    key = "ask.nearest_in_region" if own else "ask.nothing_in_region"
    buttons = (*_others(own), Button(Say("button.advisor"), do="book"))
    return Reply(key, {"region": names[region]}, buttons=buttons, stay=True)


@articles.verb("helped")
async def helped(turn: Turn) -> Reply:
    """Count whether the article helped. Who said so is not kept."""
    did = turn.value.get("helped") == "yes"
    article = turn.knowledge.article(str(turn.value.get("id", "")), turn.locale)
    # A card can be forged, and nothing that anybody makes up is stored; and who taps twice has one opinion.
    if article is not None and await turn.is_first(f"vote {article.id}"):
        await vote(turn.db, article.id, did, turn.now)
    if did:
        return Reply("ask.glad", stay=True)
    return Reply("ask.sorry", buttons=(Button(Say("button.advisor"), do="book"),), stay=True)


async def _nothing_sure(turn: Turn) -> Reply:
    near = turn.knowledge.near(turn.question, turn.locale, turn.state.region)
    await _count(turn, "offered" if near else "nothing", "")
    buttons = (Button(Say("button.advisor"), do="book"), *_others(near))
    return Reply("ask.unknown_near" if near else "ask.unknown", buttons=buttons, stay=True)


async def _count(turn: Turn, outcome: Outcome, topic: str) -> None:
    """Let HR see what is missing: counts of words that many use, never the question."""
    await count(turn.db, turn.text, outcome, topic, turn.now, turn.is_first)


async def _show(turn: Turn, article: Article, heading: str, anchor: str, text: str, others: Sequence[Article]) -> Reply:
    regions = await organisation.region_names(turn.db)
    region = regions.get(article.region_id, article.region_id)
    if turn.state.region or len(regions) < 2:
        return quoting(article, heading, anchor, text, others, region=region, locale=turn.locale)
    # A card has room for six buttons. One is for those who work in another region: its schemes may differ.
    reply = quoting(article, heading, anchor, text, others[: MOST_OTHERS - 1], region=region, locale=turn.locale)
    elsewhere = Button(Say("ask.work_elsewhere"), do="ask.where", args={"id": article.id})
    about_this, others_last = reply.buttons[:_ABOUT_THIS], reply.buttons[_ABOUT_THIS:]
    return replace(reply, buttons=(*about_this, elsewhere, *others_last))


def quoting(
    article: Article, heading: str, anchor: str, text: str, others: Sequence[Article], *, region: str, locale: str
) -> Reply:
    """The answer as it is shown, for the chat and for the editor's preview of it."""
    details = (
        Say("ask.about", {"region": region}),
        Say(f"status.{article.status}"),
        Say("ask.source", {"source": article.source}),
        Say("ask.reviewed", {"reviewed": article.reviewed, "owner": article.owner}),
    )
    quote = Quote(
        title=article.title,
        heading=heading,
        markdown=text,
        language=article.language,
        url=f"/articles/{article.id}?lang={article.language}#{anchor}",
        details=details,
    )
    buttons = (
        Button(Say("button.helped"), do="ask.helped", args={"id": article.id, "helped": "yes"}),
        Button(Say("button.not_helped"), do="ask.helped", args={"id": article.id, "helped": "no"}),
        Button(Say("button.advisor"), do="book"),
        *_others(others),
    )
    key = "ask.answer_in_danish" if locale == "en" and article.language == "da" else "ask.answer"
    return Reply(key, quote=quote, closing=Say("ask.helped_question"), buttons=buttons, stay=True)


def _others(others: Sequence[Article]) -> tuple[Button, ...]:
    return tuple(Button(Plain(article.title), do="ask.article", args={"id": article.id}) for article in others)
