"""The desk's page of what people ask: what is missing, what did not help, and how the weeks went."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.desk import DeskTools
from bot.desk.sign_in import SignIn
from dialogs.wording import shown
from knowledge import asked
from knowledge.asked import ENOUGH, Helped, Week

OUTCOMES = ("answered", "offered", "nothing")


@dataclass(frozen=True)
class Bar:
    """One week, or one topic: its numbers by outcome, None where they are too small to be shown."""

    label: str
    numbers: dict[str, int | None]


class QuestionPages:
    """What HR sees of questions: never a question, and nothing that fewer than ENOUGH people share."""

    def __init__(self, tools: DeskTools, sign_in: SignIn) -> None:
        self._tools = tools
        self._sign_in = sign_in

    def routes(self) -> list[web.RouteDef]:
        """What stands where."""
        return [web.get("/desk/questions", self.page)]

    async def page(self, request: web.Request) -> web.Response:
        """The whole page."""
        now = self._tools.clock()
        async with self._tools.reading() as db:
            at_desk = await self._sign_in.who(request, db)
            missing = await asked.missing(db, now)
            weeks = await asked.weeks(db, now)
            helped = await asked.helpfulness(db, now)
        bars = by_week(weeks)
        text = self._tools.templates.get_template("questions.html").render(
            locale=at_desk.locale,
            person=at_desk.person,
            token=at_desk.form_token,
            demo=at_desk.person.demo,
            shown=shown,
            missing=missing,
            enough=ENOUGH,
            weeks=bars,
            topics=by_topic(weeks),
            widest=max((number or 0 for bar in bars for number in bar.numbers.values()), default=0) or 1,
            outcomes=OUTCOMES,
            unhelpful=least_helpful(helped),
        )
        return web.Response(text=text, content_type="text/html")


def by_week(weeks: Sequence[Week]) -> list[Bar]:
    """The numbers of each week over all topics. A part that is too small to be shown is left out of its sum."""
    return _bars([(week.monday, week) for week in weeks])


def by_topic(weeks: Sequence[Week]) -> list[Bar]:
    """The numbers of each topic over all weeks, of the questions for which an article was shown."""
    return _bars([(week.topic, week) for week in weeks if week.topic])


def least_helpful(helped: Sequence[Helped]) -> list[Helped]:
    """Articles that enough people have judged and more than a third found of no help, the worst first."""
    judged = [one for one in helped if one.yes + one.no >= ENOUGH and one.no * 3 > one.yes + one.no]
    return sorted(judged, key=lambda one: (-one.no / (one.yes + one.no), one.title))


def _bars(rows: Sequence[tuple[date | str, Week]]) -> list[Bar]:
    sums: defaultdict[date | str, dict[str, int | None]] = defaultdict(lambda: dict.fromkeys(OUTCOMES))
    for key, week in rows:
        if week.questions is not None:
            sums[key][week.outcome] = (sums[key][week.outcome] or 0) + week.questions
        else:
            sums[key].setdefault(week.outcome, None)
    return [Bar(shown("da", key), numbers) for key, numbers in sorted(sums.items(), key=lambda row: str(row[0]))]
