"""Days and lengths are read as people write them, and what is none is not guessed at."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.dates import is_any_time, read_date, read_length
from guidance.placements import EXCHANGE, LENGTHS, TASTER

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-12", date(2027, 1, 12)),
        ("12/1", date(2027, 1, 12)),
        ("12.1.", date(2027, 1, 12)),
        ("12/1-27", date(2027, 1, 12)),
        ("12.1.2027", date(2027, 1, 12)),
        ("12-1-2027", date(2027, 1, 12)),
        ("12/1 2028", date(2028, 1, 12)),
        ("12. januar", date(2027, 1, 12)),
        ("fra den 12. januar tak", date(2027, 1, 12)),
        ("12 jan 2028", date(2028, 1, 12)),
        ("12th of January 2027", date(2027, 1, 12)),
        ("1st May", date(2027, 5, 1)),
        ("23/11", TODAY),
        ("22/11", date(2027, 11, 22)),
        ("24. december", date(2026, 12, 24)),
        ("29/2 2028", date(2028, 2, 29)),
        ("12/1 2020", date(2020, 1, 12)),
        ("i dag", TODAY),
        ("I morgen", date(2026, 11, 24)),
        ("the day after tomorrow", date(2026, 11, 25)),
        ("på mandag", date(2026, 11, 30)),
        ("loerdag", date(2026, 11, 28)),
        ("Tuesday", date(2026, 11, 24)),
        ("næste uge", date(2026, 11, 30)),
        ("om 2 uger", date(2026, 12, 7)),
        ("in three days", date(2026, 11, 26)),
        ("uge 48", TODAY),
        ("uge 7", date(2027, 2, 15)),
        ("uge 5-7", date(2027, 2, 1)),
        ("week 53", date(2026, 12, 28)),
        ("marts", date(2027, 3, 1)),
        ("til august 2028", date(2028, 8, 1)),
        ("fra november", TODAY),
    ],
)
def test_a_day_as_people_write_it(text, day):
    assert read_date(text, TODAY) == day


def test_the_29th_of_february_is_found_in_the_year_that_has_it():
    assert read_date("29/2", date(2027, 11, 23)) == date(2028, 2, 29)
    assert read_date("29/2", TODAY) is None


@pytest.mark.parametrize(
    "text",
    ["31/2", "den 31. februar", "2027-13-40", "99/99", "0/0", "snart", "2-3 dage", "uge 54", "uge 0", "jeg maj gerne",
     "kl. 9-12", "1.5 måneder", "5.000 kr", "12", "", "1/2 år", "12 abe", "00/00/0000", "1/1/0000", "9" * 5000, "²/³"],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_what_is_no_day(text):
    assert read_date(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "kind", "length"),
    [
        ("3 dage", TASTER, "3_days"),
        ("en dag", TASTER, "1_day"),
        ("7 dage", TASTER, "1_week"),
        ("a week", TASTER, "1_week"),
        ("to uger", TASTER, "other"),
        ("2 mdr.", EXCHANGE, "2_months"),
        ("tre måneder fra 12/1", EXCHANGE, "3_months"),
        ("6 months", EXCHANGE, "other"),
        ("om 2 uger", TASTER, None),
        ("om 2 uger, 3 dage", TASTER, "3_days"),
        ("12/1", TASTER, None),
        ("", TASTER, None),
    ],
)
def test_a_length_as_people_write_it(text, kind, length):
    assert read_length(text, LENGTHS[kind]) == length


def test_any_time():
    assert is_any_time("Det er lige meget") and is_any_time("any time") and not is_any_time("12/1")


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    read_date(text, TODAY)
    read_length(text, LENGTHS[TASTER])
