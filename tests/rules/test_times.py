"""Days, hours, language and way to meet, as people write them."""

import pytest

from dialogs.times import read_times

DAY = 24 * 60


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("har I en tid på torsdag efter kl. 15, gerne på engelsk?",
         {"weekdays": [3], "from_minute": 900, "to_minute": DAY, "language": "en"}),
        ("tirsdag eller fredag formiddag", {"weekdays": [1, 4], "from_minute": 0, "to_minute": 720}),
        ("kun torsdage", {"weekdays": [3]}),
        ("mellem 9 og 11", {"from_minute": 540, "to_minute": 661}),
        ("inden kl. 10.30", {"from_minute": 0, "to_minute": 630}),
        ("efter 3", {"from_minute": 900, "to_minute": DAY}),
        ("om eftermiddagen efter kl 14", {"from_minute": 840, "to_minute": 1020}),
        ("mandag kl. 10", {"weekdays": [0], "from_minute": 570, "to_minute": 631}),
        ("Thursday after 3 pm in English", {"weekdays": [3], "from_minute": 900, "to_minute": DAY, "language": "en"}),
        ("any time in the morning", {"from_minute": 0, "to_minute": 720}),
        ("kan vi ringes ved på mandag", {"weekdays": [0], "way": "phone"}),
        ("jeg vil helst mødes ansigt til ansigt", {"way": "place"}),
        ("telefon eller video", {}),
        ("jeg vil gerne tale med en rådgiver", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_is_read(text, wanted):
    assert read_times(text) == wanted


@pytest.mark.parametrize("text", ["kl. 99", "efter kl. 47.88 før 0", "mellem 12 og 9", "99 mandag 99"])
def test_nonsense_does_no_harm(text):
    found = read_times(text)
    assert 0 <= found.get("from_minute", 0) < found.get("to_minute", DAY) <= DAY + 1
