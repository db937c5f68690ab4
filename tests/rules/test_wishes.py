"""What a sentence says of a stay, in Danish and English, and what it does not."""

from datetime import date

import pytest

from dialogs.wishes import read_tenure, read_wish

TODAY = date(2026, 11, 23)
PLACES = (
    "Børnepsykiatrien",
    "Intensiv",
    "Akutafdelingen",
    "Kirurgisk Afdeling",
    "pædiatri",
    "kirurgi",
    "intensiv medicin",
)

READ = {
    "jeg vil gerne snuse til børnepsykiatrien i uge 12": {
        "kind": "snusepraktik", "what": "Børnepsykiatrien", "starts": "2027-03-22"},
    "jeg vil gerne på udveksling": {"kind": "udveksling"},
    "jeg vil gerne på udveksling i kirurgi i 2 måneder fra 1. februar": {
        "kind": "udveksling", "what": "kirurgi", "length": "2_months", "starts": "2027-02-01"},
    "snusepraktik om selvskade": {"kind": "snusepraktik", "what": "Selvskade"},
    "må jeg snuse på intensiv i 3 dage?": {"kind": "snusepraktik", "what": "Intensiv", "length": "3_days"},
    "I would like a taster stay about palliative care for 2 days": {
        "kind": "snusepraktik", "what": "Palliative care", "length": "2_days"},
    "an exchange of 3 months in surgery": {"kind": "udveksling", "what": "Surgery", "length": "3_months"},
    "jeg vil gerne snuse": {},
    "jeg vil prøve en anden afdeling": {},
    "jeg er nysgerrig på noget nyt": {},
    "jeg vil gerne på udveksling i 6 måneder": {"kind": "udveksling", "length": "other"},
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_what_is_read(text, expected):
    assert read_wish(text, PLACES, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "months"),
    [("2 år", 24), ("23 måneder", 23), ("24 mdr", 24), ("et halvt år", 6), ("1 år og 6 mdr", 18), ("to år", 24),
     ("1,5 år", 18), ("2 years", 24), ("18 months", 18), ("half a year", 6), ("halvandet", None), ("længe", None),
     ("", None), ("99 år", None), ("siden 2019", None)],
)  # fmt: skip
def test_time_in_a_specialty(text, months):
    assert read_tenure(text) == months
