"""What may tell who is writing is noticed; what everybody writes is not."""

import pytest

from guidance.identifying import signs

WORKPLACES = ["Hospitalet Nordkysten", "Børneafdelingen", "Intensiv"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hej, det er Amina", ["name"]),
        ("aminas vagter", ["name"]),
        ("YUSUF her", ["name"]),
        ("jeg hedder noget andet", ["name"]),
        ("Min leder hedder Dan", ["name"]),
        ("min chef er Dan Poulsen", ["name"]),
        ("Mvh. Karen", ["name"]),
        ("skriv til a.y+1@regionh.dk", ["mail"]),
        ("ring på 20 30 40 50", ["phone"]),
        ("+45 20304050", ["phone"]),
        ("2030 4050", ["phone"]),
        ("mit medarbejdernummer er 123456", ["number"]),
        ("lønnr. 4711", ["number"]),
    ],
)
def test_what_names_the_writer(text, found):
    assert signs(text, "Amina Yusuf", WORKPLACES, names_post=False) == found


@pytest.mark.parametrize(
    "text",
    [
        "min leder er sur",
        "min chef er den bedste",
        "jeg har været her i 12 år og 3 måneder",
        "jeg tjener 31.250 kr. om måneden",
        "det var den 12.03.2025 kl. 14.30",
        "min kollega sagde det til mig",
        "en sikker aminosyre",
        "er der 100-200 stillinger",
        "hilsen fra en træt kollega",
        "best regards from me",
    ],
)
def test_what_names_nobody(text):
    assert signs(text, "Amina Yusuf", WORKPLACES, names_post=False) == []


def test_a_post_and_a_workplace_count_only_together():
    text = "jeg er jordemoder på børneafdelingen"
    assert signs(text, "", WORKPLACES, names_post=True) == ["workplace"]
    assert signs(text, "", WORKPLACES, names_post=False) == []
    assert signs("jeg er jordemoder", "", WORKPLACES, names_post=True) == []


def test_without_a_name_of_the_channel_nothing_is_compared():
    assert signs("Hej, det er godt", "", WORKPLACES, names_post=False) == []
