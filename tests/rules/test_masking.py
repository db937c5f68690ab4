"""CPR numbers go, however they are written. Phone numbers, dates and amounts stay."""

import sys
from collections.abc import Callable
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance import masking
from guidance.masking import MASK, mask_cpr

Spelling = Callable[[str, str], str]


def _full_width(text: str) -> str:
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


def _pairs(digits: str, between: str) -> str:
    return between.join(digits[at : at + 2] for at in range(0, len(digits), 2))


SPELLINGS: dict[str, Spelling] = {
    "DDMMYY-XXXX": lambda day, last: f"{day}-{last}",
    "DDMMYYXXXX": lambda day, last: f"{day}{last}",
    "space": lambda day, last: f"{day} {last}",
    "two spaces": lambda day, last: f"{day}  {last}",
    "tab": lambda day, last: f"{day}\t{last}",
    "new line": lambda day, last: f"{day}\n{last}",
    "dash and new line": lambda day, last: f"{day}-\r\n{last}",
    "dot": lambda day, last: f"{day}.{last}",
    "slash": lambda day, last: f"{day}/{last}",
    "comma": lambda day, last: f"{day},{last}",
    "colon": lambda day, last: f"{day}:{last}",
    "underscore": lambda day, last: f"{day}_{last}",
    "en dash": lambda day, last: f"{day}–{last}",
    "em dash": lambda day, last: f"{day}—{last}",
    "minus": lambda day, last: f"{day}−{last}",
    "non-breaking hyphen": lambda day, last: f"{day}\u2011{last}",
    "two dashes": lambda day, last: f"{day}--{last}",
    "dash with spaces": lambda day, last: f"{day} - {last}",
    "en dash with spaces": lambda day, last: f"{day} – {last}",
    "no-break space": lambda day, last: f"{day}\u00a0{last}",
    "thin space": lambda day, last: f"{day}\u2009{last}",
    "narrow no-break space": lambda day, last: f"{day}\u202f{last}",
    "single digits": lambda day, last: " ".join(day + last),
    "single digits, wide": lambda day, last: "  ".join(day + last),
    "single digits and a dash": lambda day, last: f"{' '.join(day)} - {' '.join(last)}",
    "single digits with dots": lambda day, last: ".".join(day + last),
    "single digits with dashes": lambda day, last: "-".join(day + last),
    "single digits with no-break spaces": lambda day, last: "\u00a0".join(day + last),
    "single digits, then four": lambda day, last: f"{' '.join(day)} {last}",
    "six, then single digits": lambda day, last: f"{day} {' '.join(last)}",
    "DD MM YY XXXX": lambda day, last: f"{_pairs(day, ' ')} {last}",
    "DD MM YY-XXXX": lambda day, last: f"{_pairs(day, ' ')}-{last}",
    "DD-MM-YY-XXXX": lambda day, last: f"{_pairs(day, '-')}-{last}",
    "DD-MM-YY XXXX": lambda day, last: f"{_pairs(day, '-')} {last}",
    "DD.MM.YY-XXXX": lambda day, last: f"{_pairs(day, '.')}-{last}",
    "DD.MM.YY XXXX": lambda day, last: f"{_pairs(day, '.')} {last}",
    "DD.MM.YY.XXXX": lambda day, last: f"{_pairs(day, '.')}.{last}",
    "DD/MM/YY-XXXX": lambda day, last: f"{_pairs(day, '/')}-{last}",
    "DD/MM/YY XXXX": lambda day, last: f"{_pairs(day, '/')} {last}",
    "DD/MM-YY-XXXX": lambda day, last: f"{day[:2]}/{day[2:4]}-{day[4:]}-{last}",
    "DD/MM-YY XXXX": lambda day, last: f"{day[:2]}/{day[2:4]}-{day[4:]} {last}",
    "pairs": lambda day, last: _pairs(day + last, " "),
    "pairs with dashes": lambda day, last: _pairs(day + last, "-"),
    "six and pairs": lambda day, last: f"{day} {_pairs(last, ' ')}",
    "six, dash, pairs": lambda day, last: f"{day}-{_pairs(last, ' ')}",
    "DDMM19YY-XXXX": lambda day, last: f"{day[:4]}19{day[4:]}-{last}",
    "DD-MM-19YY-XXXX": lambda day, last: f"{day[:2]}-{day[2:4]}-19{day[4:]}-{last}",
    "DD.MM.19YY-XXXX": lambda day, last: f"{day[:2]}.{day[2:4]}.19{day[4:]}-{last}",
    "DD/MM-19YY-XXXX": lambda day, last: f"{day[:2]}/{day[2:4]}-19{day[4:]}-{last}",
    "D/M-YY-XXXX": lambda day, last: f"{int(day[:2])}/{int(day[2:4])}-{day[4:]}-{last}",
    "DD-MM-19YY XXXX": lambda day, last: f"{day[:2]}-{day[2:4]}-19{day[4:]} {last}",
    "DD.MM.19YY XXXX": lambda day, last: f"{day[:2]}.{day[2:4]}.19{day[4:]} {last}",
    "DD MM 19YY XXXX": lambda day, last: f"{day[:2]} {day[2:4]} 19{day[4:]} {last}",
    "DD/MM-19YY XXXX": lambda day, last: f"{day[:2]}/{day[2:4]}-19{day[4:]} {last}",
    "DDMM19YY XXXX": lambda day, last: f"{day[:4]}19{day[4:]} {last}",
    "19YYMMDD-XXXX": lambda day, last: f"19{day[4:]}{day[2:4]}{day[:2]}-{last}",
    "19YY-MM-DD-XXXX": lambda day, last: f"19{day[4:]}-{day[2:4]}-{day[:2]}-{last}",
    "DDMM YY-XXXX": lambda day, last: f"{day[:4]} {day[4:]}-{last}",
    "DD MMYY-XXXX": lambda day, last: f"{day[:2]} {day[2:]}-{last}",
    "D.M.YY XXXX": lambda day, last: f"{int(day[:2])}.{int(day[2:4])}.{day[4:]} {last}",
    "hash": lambda day, last: f"{day}#{last}",
    "equals": lambda day, last: f"{day}={last}",
    "arrow with spaces": lambda day, last: f"{day} → {last}",
    "ellipsis": lambda day, last: f"{day}…{last}",
    "stars within": lambda day, last: f"{day}*-*{last}",
    "brackets within": lambda day, last: f"{day}) ({last}",
    "full width": lambda day, last: _full_width(day + last),
    "full width and a full-width dash": lambda day, last: _full_width(f"{day}－{last}"),
    "letter O": lambda day, last: f"{day}-{last}".replace("0", "O"),
    "small letter o": lambda day, last: f"{day}{last}".replace("0", "o"),
    "Greek and Cyrillic o": lambda day, last: f"{day}-{last}".replace("0", "ο", 1).replace("0", "о"),
    "letter O in pairs": lambda day, last: f"{_pairs(day, ' ')} {last}".replace("0", "O"),
    "zero-width space": lambda day, last: "\u200b".join(day + last),
    "zero-width joiner": lambda day, last: "\u200d".join(f"{day}-{last}"),
    "soft hyphen": lambda day, last: f"{day}\u00ad-\u00ad{last}",
    "word joiner and BOM": lambda day, last: f"{day}\u2060{last}\ufeff",
    "struck through": lambda day, last: "".join(f"{digit}\u0336" for digit in day + last),
    "keycaps": lambda day, last: "".join(f"{digit}\ufe0f\u20e3" for digit in day + last),
    "bold digits": lambda day, last: "".join(chr(ord("𝟎") + int(digit)) for digit in day + last),
    "Arabic-Indic digits": lambda day, last: "".join(chr(ord("٠") + int(digit)) for digit in day + last),
}
AROUND = [
    ("", ""),
    ("Mit cpr er ", "."),
    ("cpr:", ""),
    ("CPR-nr. ", ", tak"),
    ("(", ")"),
    ("»", "«"),
    ("Jeg hedder Amina, ", " og er sygeplejerske"),
    ("Jeg har været her i 12 år. ", " 3 børn"),
    ("hilsen Bo\n", "\nAfsnit 4"),
]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("day", ["010190", "311299", "290200", "150607", "101010", "300445"])
def test_every_spelling_is_masked(spelling, day):
    assert mask_cpr(spelling(day, "1234")) == (MASK, 1)


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize(("before", "after"), AROUND)
def test_every_spelling_is_masked_wherever_it_stands(spelling, before, after):
    assert mask_cpr(before + spelling("230571", "4062") + after) == (before + MASK + after, 1)


@given(
    born=st.dates(min_value=date(1900, 1, 1), max_value=date(2057, 12, 31)),
    last=st.integers(min_value=0, max_value=9999).map("{:04}".format),
    spelling=st.sampled_from(sorted(SPELLINGS)),
    around=st.sampled_from(AROUND),
)
def test_any_birthday_in_any_spelling_is_masked(born, last, spelling, around):
    """Modulus 11 and the century do not count: neither does a date of birth to come."""
    before, after = around
    written = SPELLINGS[spelling](f"{born:%d%m%y}", last)
    assert mask_cpr(before + written + after) == (before + MASK + after, 1)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("010190-1234 og 020291-2345", f"{MASK} og {MASK}"),
        ("010190-1234, 020291-2345", f"{MASK}, {MASK}"),
        ("0101901234 0202912345", f"{MASK} {MASK}"),
        ("010190-1234 o 5", f"{MASK} o 5"),
        ("nr 5: 010190-1234", f"nr 5: {MASK}"),
        ("1. 010190-1234\n2. 020291-2345", f"1. {MASK}\n2. {MASK}"),
        ("cpr010190-1234og jeg vil gerne i praktik", f"cpr{MASK}og jeg vil gerne i praktik"),
        ("cpr0101901234og jeg", f"cpr{MASK}og jeg"),
        ("nr.O1O19O-1234", f"nr.{MASK}"),
        ("010190-1234-5", f"{MASK}-5"),
        ("610190-1234", MASK),  # a replacement number
        ("sagsnr. 010190-1234", f"sagsnr. {MASK}"),  # with a dash it is a CPR number, whatever they call it
        ("cpr 01019 01234", f"cpr {MASK}"),  # after the word any grouping will do
        ("cpr-nummeret er 0101 901234", f"cpr-nummeret er {MASK}"),
        ("CPR: 01.01.1990 1234", f"CPR: {MASK}"),
        ("personnummer 1.1.90 1234", f"personnummer {MASK}"),
        ("ring 20 30 40 50 om 010190-1234", f"ring 20 30 40 50 om {MASK}"),
        ("01-01-1990 1234", MASK),
        ("01.01.1990-1234", MASK),
        ("(010190)1234", f"({MASK}"),
        ("(010190) 1234", f"({MASK}"),
        ("010190 (1234)", f"{MASK})"),
        ("0101 90-1234", MASK),
        ("19900101-1234", MASK),
        ("199001011234", MASK),
        ("010190#1234", MASK),
        ("*010190*-*1234*", f"*{MASK}*"),
        ("010190/1234", MASK),
        ("010190_1234", MASK),
        ("cpr:0101901234", f"cpr:{MASK}"),
        ("12. 01.01.90-1234", f"12. {MASK}"),
        ("cpr 12.03.2025 1430", f"cpr {MASK}"),  # a child's: without the word it is a date and a time
        # no word saves ten digits that begin with a birthday
        ("tlf 0101901234", f"tlf {MASK}"),
        ("+3112113456", f"+{MASK}"),
        ("0101901234 kr", f"{MASK} kr"),
        ("kr. 1012901234,50", f"kr. {MASK},50"),
        ("sagsnr. 1012123456", f"sagsnr. {MASK}"),
        ("ordrenummer: 1012123456", f"ordrenummer: {MASK}"),
        ("P-nummer 1003290000", f"P-nummer {MASK}"),
        ("ISBN 0306406152", f"ISBN {MASK}"),
        ("konto 1234 0101901234", f"konto 1234 {MASK}"),
        ("290201-1234", MASK),  # 29 February of a year without one: the year does not count
    ],
)
def test_what_goes(text, masked):
    assert mask_cpr(text)[0] == masked


@pytest.mark.parametrize(
    "text",
    [
        # phones
        "20304050",
        "20 30 40 50",
        "2030 4050",
        "20-30-40-50",
        "+45 20304050",
        "+4520304050",
        "4520304050",
        "004520304050",
        "tlf. (+45) 20304050",
        "20304050 8000 Aarhus",
        "+45 20 30 40 50",
        "0045 20 11 25 14",
        "+45 10 11 12 13",
        "tlf. 12 11 25 14",
        "ring 20 11 25 14 eller 20 11 25 15",
        "20 11 25 14, 20 11 25 15",
        "20 12 11 56 8000 Aarhus",
        "mobil 2011 2514 lokal 1234",
        "+46 70 123 45 67",
        # EAN, CVR and other long numbers
        "5790001234567",
        "EAN 5798010290123",
        "57 98 01 01 23 45 6",
        "CVR 12345678",
        "12 34 56 78",
        "4571 0102 0304 0506",
        "DK50 0040 0440 1162 43",
        "101010101010101010",
        # dates and times
        "12.03.2025",
        "12-03-25",
        "12/3-2025",
        "120325",
        "2025-03-12",
        "2025-03-12 14:30",
        "2025-03-12T14:30:00",
        "12.03.25 14.30",
        "12.03.25 14:30",
        "12.03.25 kl. 1430",
        "12.03.2025 14.30",
        "12.03.2025 1430",
        "12032025 1430",
        "2025-03-12 1430",
        "020224 kl. 14.30",
        "020224 14.30",
        "8-10.10.2025",
        "1.8.2012-3.7.2026",
        "01-02-2025 - 03-04-2025",
        "2025-03-12 - 2025-03-14",
        "2011/12, 2012/13",
        "i 2012-13, 2014",
        "12.03.25 08.00-16.00",
        "12.03.25 10-12",
        "01.02.03 04.05.06",
        "01-02-25 - 03-04-25",
        "01.02.2025-03.04.2025",
        "01.02.2025 - 03.04.2025",
        "010225-030425",
        "1.8.2025-31.7.2026",
        "kl. 12 - 14",
        "10.15-11.45",
        "uge 10 11 12 13",
        "1990-2024",
        "2019 2020 2021 2022",
        "i perioden 2012-2024",
        # amounts and counts
        "1.012.901.234 kr.",
        "31.000 kr. og 37 timer",
        "25.500,00",
        "37 timer, 5 dage, 10 år",
        "1 2 3 4 5 6 7 8 9 10",
        "0 1 2 3 4 5 6 7 8 9",
        # articles and cases
        "sagsnr. 2024-012345",
        "sag 24/12345",
        "version 3.11.20",
        "afsnit 2013, stue 4, seng 12",
        # not a day or not a month
        "320190-1234",
        "000190-1234",
        "011390-1234",
        "010090-1234",
        "310490-1234",
        "300290-1234",
        "9913991234",
        # too short, too long, apart
        "010190-123",
        "010190-12345",
        "10190-1234",
        "01019012345",
        "010190",
        "010190 og 1234",
        "",
        "jeg vil gerne i snusepraktik",
        "ooooooooooooo",
        "o o o o o o o o o o o",
    ],
)
def test_what_stays(text):
    assert mask_cpr(text) == (text, 0)


@given(st.text())
def test_no_text_makes_it_fail(text):
    masked, count = mask_cpr(text)
    assert masked.count(MASK) == count + text.count(MASK)


@given(st.text(alphabet="0123456789 -./o\n,+cpr\u200b", max_size=80))
def test_nothing_but_numbers_is_changed(text):
    masked, _ = mask_cpr(text)
    rest = iter(text)
    assert all(char in rest for part in masked.split(MASK) for char in part)


@given(st.text(alphabet="0123456789 -./", max_size=60))
def test_ten_digits_with_a_dash_never_come_through(noise):
    assert "010190-1234" not in mask_cpr(f"{noise} 010190-1234 {noise}")[0]


def _lines_executed(text: str) -> int:
    """How many lines of masking.py run: work that can be counted, where time only can be measured."""
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != masking.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        mask_cpr(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "0 ",
        "12 ",
        "01 01 90 ",
        "010190-",
        "01-01-90-",
        "cpr 01",
        "0101901234 ",
        "9",
        "o ",
        " ",
        "-",
        "1 1.1/",
    ],
)
def test_work_grows_no_faster_than_the_text(unit):
    short = _lines_executed((unit * 1_000)[:1_000])
    long = _lines_executed((unit * 10_000)[:10_000])
    assert long < 11 * short
    assert long < 200 * 10_000
