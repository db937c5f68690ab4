"""Dates, numbers and values as people of each language write them."""

from datetime import UTC, date, datetime

import pytest

from dialogs.flow import Plain, Say
from dialogs.wording import TextMissing, line, placeholders, say, shown

WINTER, SUMMER = datetime(2027, 1, 12, 8, 0, tzinfo=UTC), datetime(2027, 7, 12, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "danish", "english"),
    [
        (WINTER, "tirsdag 12. januar kl. 09.00", "Tuesday 12 January at 09:00"),
        (SUMMER, "mandag 12. juli kl. 10.00", "Monday 12 July at 10:00"),
        (datetime(2027, 1, 12, 23, 30, tzinfo=UTC), "onsdag 13. januar kl. 00.30", "Wednesday 13 January at 00:30"),
        (date(2027, 1, 12), "12. januar 2027", "12 January 2027"),
        (30_000, "30.000", "30,000"),
        (0, "0", "0"),
        (True, "Ja", "Yes"),
        (False, "Nej", "No"),
        (Plain("{ikke} *en* skabelon"), "{ikke} *en* skabelon", "{ikke} *en* skabelon"),
        (Say("topic.none"), "Ikke oplyst", "Not said"),
        ("{0.__class__}", "{0.__class__}", "{0.__class__}"),
    ],
)
def test_values(value, danish, english):
    assert shown("da", value) == danish
    if value == Say("topic.none"):
        assert shown("en", value) != danish
    else:
        assert shown("en", value) == english


def test_the_night_when_the_clocks_change():
    assert shown("da", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)).endswith("02.30")
    assert shown("da", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)).endswith("02.30")


def test_what_people_wrote_is_never_a_template():
    said = say("da", "chat.sent", {"number": 1, "alias": "{number} {alias}"})
    assert "{number} {alias}" in said


def test_a_missing_text_or_value_is_an_error_and_says_which():
    with pytest.raises(TextMissing, match=r"da: no\.such"):
        say("da", "no.such")
    with pytest.raises(TextMissing, match="alias"):
        say("da", "chat.sent", {"number": 1})


def test_a_value_too_many_does_no_harm():
    assert say("da", "word.yes", {"more": 1}) == "Ja"


def test_lines():
    assert line("da", None) == "" and line("en", Plain("Bo")) == "Bo" and line("en", Say("word.yes")) == "Yes"
    assert line("da", Say("appointment.time", {"starts_at": WINTER, "advisor": "Bo"})).endswith("· Bo")


def test_placeholders():
    assert placeholders("{a} og {b} {{c}}") == {"a", "b"}
