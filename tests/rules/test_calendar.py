"""When advisors can be booked: hours of the week, single days, leave, holidays, and the two nights of summer time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.calendar import ZONE, Rules, as_utc, is_holiday, read_spans, sessions, spell_spans
from guidance.errors import HoursNotUnderstood, HoursOverlap

MONDAY = date(2026, 11, 23)
NINE_TO_TWELVE = (540, 720)


def local_times(rules, first, last, minutes=45, pause=15):
    return [f"{starts.astimezone(ZONE):%d %H.%M}" for starts, _ in sessions(rules, first, last, minutes, pause)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9-12", [(540, 720)]),
        ("9-12, 13.30-15", [(540, 720), (810, 900)]),
        ("kl. 9-12 og 13:00–15:30", [(540, 720), (780, 930)]),
        ("13-15, 9-12", [(540, 720), (780, 900)]),
        ("  ", []),
    ],
)
def test_hours_as_people_write_them(text, spans):
    assert read_spans(text) == spans


@pytest.mark.parametrize("text", ["9", "12-9", "9-9", "9-25", "9.70-10", "formiddag", "9-12 13-15", "-1-3"])
def test_hours_that_are_none(text):
    with pytest.raises(HoursNotUnderstood):
        read_spans(text)


def test_hours_that_overlap():
    with pytest.raises(HoursOverlap):
        read_spans("9-12, 11-13")


@given(st.lists(st.integers(0, 47), min_size=2, max_size=8, unique=True).map(sorted))
def test_hours_are_read_as_they_are_spelled(halves):
    spans = [(a * 30, b * 30) for a, b in zip(halves[::2], halves[1::2], strict=False)]
    assert read_spans(spell_spans(spans)) == spans


def test_sessions_fill_the_hours_with_a_pause_between():
    rules = Rules(week={0: [NINE_TO_TWELVE]})
    assert local_times(rules, MONDAY, MONDAY + timedelta(days=7)) == [
        "23 09.00", "23 10.00", "23 11.00", "30 09.00", "30 10.00", "30 11.00",
    ]  # fmt: skip
    assert local_times(rules, MONDAY, MONDAY, minutes=60, pause=0) == ["23 09.00", "23 10.00", "23 11.00"]
    assert local_times(rules, MONDAY, MONDAY, minutes=120, pause=15) == ["23 09.00"]


def test_a_day_that_differs_goes_before_the_week_and_leave_before_all():
    week = {0: [NINE_TO_TWELVE]}
    assert local_times(Rules(week=week, other={MONDAY: [(840, 900)]}), MONDAY, MONDAY) == ["23 14.00"]
    assert local_times(Rules(week=week, other={MONDAY: []}), MONDAY, MONDAY) == []
    away = [(MONDAY, MONDAY)]
    assert local_times(Rules(week=week, other={MONDAY: [(840, 900)]}, leave=away), MONDAY, MONDAY) == []


def test_public_holidays_are_free_unless_the_advisor_says_otherwise():
    christmas, easter_monday, former_prayer_day = date(2026, 12, 25), date(2027, 3, 29), date(2026, 5, 1)
    assert is_holiday(christmas) and is_holiday(easter_monday) and not is_holiday(former_prayer_day)
    every_day = {day: [NINE_TO_TWELVE] for day in range(7)}
    assert local_times(Rules(week=every_day), christmas, christmas) == []
    assert local_times(Rules(week=every_day, other={christmas: [(540, 600)]}), christmas, christmas) == ["25 09.00"]


def test_the_nights_of_summer_time():
    spring, autumn = date(2027, 3, 28), date(2026, 10, 25)
    assert as_utc(spring, 150) is None  # 02.30 does not exist
    assert as_utc(autumn, 150) is None  # 02.30 is there twice
    assert as_utc(spring, 540) == datetime(2027, 3, 28, 7, tzinfo=UTC)
    assert as_utc(spring - timedelta(days=1), 540) == datetime(2027, 3, 27, 8, tzinfo=UTC)


@given(st.dates(date(2026, 1, 1), date(2035, 12, 31)), st.integers(0, 1439))
def test_every_time_that_is_offered_is_the_one_on_the_clock_and_only_once(day, minute):
    moment = as_utc(day, minute)
    if moment is not None:
        local = moment.astimezone(ZONE)
        assert (local.date(), local.hour * 60 + local.minute) == (day, minute)
        for other in (moment - timedelta(hours=1), moment + timedelta(hours=1)):
            assert other.astimezone(ZONE).replace(tzinfo=None) != local.replace(tzinfo=None)
