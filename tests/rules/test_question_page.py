"""The plots of questions add up what may be shown, and nothing else."""

from datetime import date

from bot.desk.questions import by_topic, by_week, least_helpful
from knowledge.asked import Helped, Week

MONDAY, NEXT = date(2026, 11, 16), date(2026, 11, 23)


def test_weeks_and_topics_are_added_up():
    weeks = [
        Week(MONDAY, "ophold", "answered", 10),
        Week(MONDAY, "senior", "answered", 7),
        Week(MONDAY, "", "nothing", 6),
        Week(NEXT, "ophold", "offered", 9),
    ]
    first, second = by_week(weeks)
    assert first.label == "16. november 2026" and first.numbers == {"answered": 17, "offered": None, "nothing": 6}
    assert second.numbers == {"answered": None, "offered": 9, "nothing": None}
    assert [(bar.label, bar.numbers["answered"]) for bar in by_topic(weeks)] == [("ophold", 10), ("senior", 7)]


def test_what_is_too_small_is_in_no_sum():
    (bar,) = by_week([Week(MONDAY, "ophold", "answered", 10), Week(MONDAY, "senior", "answered", None)])
    assert bar.numbers["answered"] == 10


def test_only_articles_that_enough_people_judged_badly_are_named():
    helped = [Helped("a", "A", 1, 3), Helped("b", "B", 4, 4), Helped("c", "C", 0, 6), Helped("d", "D", 9, 2)]
    assert [one.article_id for one in least_helpful(helped)] == ["c", "b"]
