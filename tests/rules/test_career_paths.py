"""The career paths: the files are whole, the ways are right, posts are found as people type them, gaps stay gaps."""

import dataclasses
import re
import shutil
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from dialogs.career import FACT_LABELS, MOST_DRAWN, known_of, picture_of_ways, standing_of, wanted
from dialogs.wording import line
from knowledge.career_paths import FACTS
from knowledge.career_reading import FOLDER, KINDS, CareerPathsUnreadable, build, read, read_folder, shipped, written

ARTICLES = Path(__file__).parents[2] / "knowledge" / "articles"
PATHS = shipped()
TODAY = date(2026, 11, 23)
REGIONS = {"hovedstaden": "Region Hovedstaden", "sjaelland": "Region Sjælland"}

POSTS = """
    sosu-hjaelper sosu-assistent sygeplejerske specialsygeplejerske klinisk-vejleder afdelingsleder bioanalytiker
    serviceassistent portoer rengoeringstekniker laegesekretaer radiograf jordemoder laege speciallaege vagtplanlaegger
    kandidat underviser forsker konsulent
""".split()


def step(start, end):
    return next(one for one in PATHS.ways_on(start) if one.end.id == end)


# -- the files --


def test_the_posts_that_people_ask_for_are_there():
    assert set(POSTS) <= set(PATHS.posts)


def test_every_article_on_the_way_exists():
    there = {re.search(r"^id: (\S+)$", path.read_text(), re.M).group(1) for path in ARTICLES.glob("*.md")}
    assert {article for one in PATHS.steps for article in one.articles} <= there


def test_every_fact_has_both_languages_and_a_source():
    for one in PATHS.steps:
        for name, fact in one.facts.items():
            assert name in FACTS and fact.text["da"] and fact.text["en"] and fact.source.name["da"]


def test_nothing_is_said_to_be_confirmed_before_hr_has_confirmed_it():
    assert not any(one.checked_by_hr for one in PATHS.steps)
    assert all(one.review_by > TODAY for one in PATHS.steps)


def test_an_empty_fact_is_never_shown_as_a_fact():
    """Every gap is named as one, and everything that is shown stands in a file."""
    texts = {text for path in FOLDER.glob("*.toml") for text in _strings(tomllib.loads(path.read_text()))}
    for locale in ("da", "en"):
        for one in PATHS.steps:
            rows = {label.key: words.words for label, words in known_of(one, locale)}
            gaps = rows.pop("career.unknown_label", "")
            assert set(rows) == {FACT_LABELS[name] for name in one.facts} and set(rows.values()) <= texts
            assert len(gaps.split(", ")) == len(one.unknown) if one.unknown else not gaps


def _strings(value):
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {text for part in parts for text in _strings(part)}


BROKEN = {
    "a slip in a key": ("duration = {}", "duratoin = {}", "duratoin is not known"),
    "no such post": ('to = "portoer"', 'to = "portor"', "there is no post 'portor'"),
    "no such source": ('source = "rs-arbejdsplads"', 'source = "rumour"', "source 'rumour' is not known"),
    "no such region": ('regions = ["sjaelland"]', 'regions = ["skåne"]', "region 'skåne' is not known"),
    "no such status": ('status = "besluttet"', 'status = "måske"', "status 'måske' is not known"),
    "a missing quotation mark": ('status = "besluttet"', 'status = "besluttet', "missing quotation mark"),
    "a day that is none": ("review_by = 2027-05-23", 'review_by = "soon"', "review_by is no day"),
    "one language only": ('en = "Hospitals can hire porters', 'en = "" # "', "is empty in one language"),
    "an id that is no address": ('id = "portoer"', 'id = "portør/x"', "becomes an address"),
    "a text that is a number": ('name = "portør"', "name = 5", "da.name must be text"),
    "a list that is a text": ('regions = ["sjaelland"]', 'regions = "sjaelland"', "regions must be a list of texts"),
    "a moment for a day": ("review_by = 2027-05-23", "review_by = 2027-05-23T08:00:00", "review_by is no day"),
    "nowhere to begin": ('from = ["rengoeringstekniker"', 'from = [] # ["', "from is empty"),
    "a novel": ('name = "portør"', f'name = "{"portør " * 20}"', "da.name is too long"),
    "no name": ('name = "portør"', 'name = "-"', "da.name is empty"),
    "another post's id": ('id = "portoer"', 'id = "laege"', "is taken by doctors.toml, line"),
    "a step to where it begins": ('to = "portoer"', 'to = "ny-i-faget"', "goes nowhere"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_named_with_its_file_and_what_to_do(name, tmp_path):
    right, wrong, told = BROKEN[name]
    folder = shutil.copytree(FOLDER, tmp_path / "paths")
    text = (folder / "service.toml").read_text()
    assert right in text
    (folder / "service.toml").write_text(text.replace(right, wrong, 1))
    with pytest.raises(CareerPathsUnreadable, match=re.escape(told)) as refused:
        read(folder)
    assert re.search(r"service\.toml(, line \d+)?: .*\.", str(refused.value))


def test_the_line_is_the_one_where_the_step_begins(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "paths")
    text = (folder / "service.toml").read_text().replace('to = "serviceassistent"', 'to = "nobody"')
    (folder / "service.toml").write_text(text)
    with pytest.raises(CareerPathsUnreadable) as refused:
        read(folder)
    number = int(re.search(r"line (\d+)", str(refused.value)).group(1))
    assert text.splitlines()[number - 1] == "[[step]]"
    assert 'to = "nobody"' in text.splitlines()[number + 1]


def test_what_stands_twice_is_a_mistake_of_the_second():
    rows, _ = read_folder(FOLDER)
    first = next(row for row in rows if row.id == "kandidat--forsker")
    again = dataclasses.replace(first, id="igen", where="x.toml, line 1")
    _, mistakes = build([*rows, again])
    assert [(one.row.id, one.field, one.key) for one in mistakes] == [("igen", "from", "twice")] * 3
    assert str(mistakes[0]).startswith("x.toml, line 1: the step kandidat i et sundhedsfag → forsker (ph.d.) stands")


def test_what_is_right_is_used_beside_what_is_wrong():
    rows, _ = read_folder(FOLDER)
    rows = [one if one.id != "portoer" else dataclasses.replace(one, data={"regions": 5}) for one in rows]
    paths, mistakes = build(rows)
    assert {"portoer", "ny-i-faget--portoer"} <= {one.row.id for one in mistakes}
    assert "portoer" not in paths.posts and len(paths.posts) == len(PATHS.posts) - 1


def test_what_is_written_as_a_file_reads_back_the_same(tmp_path):
    rows, _ = read_folder(FOLDER)
    source = dataclasses.replace(rows[0], kind="source", id="ny", data={"da": 'Æ "x" \\ [y]\n#', "en": "🩺 = {}"})
    step = dataclasses.replace(next(one for one in rows if one.kind == "step"), id="sit-eget-navn")
    told = [*rows, source, step]
    (tmp_path / "all.toml").write_text(written(told))
    back, mistakes = read_folder(tmp_path)
    assert mistakes == []
    for kind in KINDS:
        before, after = ([(one.id, one.data) for one in some if one.kind == kind] for some in (told, back))
        assert after == before


# -- the ways --


@pytest.mark.parametrize(
    ("start", "end", "stops"),
    [
        ("sosu-hjaelper", "sygeplejerske", ["sosu-assistent", "sygeplejerske"]),
        ("sosu-assistent", "sygeplejerske", ["sygeplejerske"]),
        ("ny-i-faget", "sygeplejerske", ["sygeplejerske"]),  # not by way of SOSU, which is longer
        ("bioanalytiker", "forsker", ["kandidat", "forsker"]),
        ("serviceassistent", "specialsygeplejerske", ["sosu-assistent", "sygeplejerske", "specialsygeplejerske"]),
        ("sygeplejerske", "radiograf", []),
        ("laege", "laege", []),
        ("laege", "astronaut", []),
    ],
)
def test_the_shortest_path(start, end, stops):
    path = PATHS.shortest_path(start, end)
    assert [one.end.id for one in path] == stops
    assert all(one.end == after.start for one, after in pairwise(path))


def test_what_is_over_comes_last():
    assert [one.end.id for one in PATHS.ways_on("sygeplejerske")][-1] == "klinisk-vejleder"
    assert step("sygeplejerske", "klinisk-vejleder").is_past


@pytest.mark.parametrize("post", PATHS.posts)
def test_a_drawing_stays_small_and_shows_every_next_post(post):
    tree = PATHS.ahead(post, MOST_DRAWN)
    assert {one.end.id for depth, one in tree if depth == 1} == {one.end.id for one in PATHS.ways_on(post)}
    assert len(tree) < 12 and len({one.end.id for _, one in tree}) == len(tree)
    alt = line("da", picture_of_ways(PATHS, PATHS.posts[post], "da").alt)
    assert all(one.end.name["da"] in alt for _, one in tree)


def test_the_known_facts_of_nursing_are_not_lost():
    facts = step("sosu-assistent", "sygeplejerske").facts
    assert facts["duration"].text["da"] == "3½ år (210 ECTS)"
    assert step("ny-i-faget", "sosu-hjaelper").unknown == ["duration"]


def test_another_regions_scheme_is_called_so():
    one = step("sygeplejerske", "vagtplanlaegger")
    here = [line("da", words) for _, words in standing_of(one, REGIONS, TODAY, "hovedstaden")]
    there = [line("da", words) for _, words in standing_of(one, REGIONS, TODAY, "sjaelland")]
    assert here[0] == "Region Hovedstaden" and there[0] == "Region Hovedstaden. Ikke din region."
    assert "Ikke bekræftet af HR endnu." in here[-1]


# -- posts in free text --

NAMES = {
    "sygeplejerske": ["sygeplejerske", "SYGEPLEJERSKER", "sygeplejske", "sygeplejeske", "spl", "spl.", "nurse",
                      "nurses", "børnesygeplejerske", "sygeplejerskerne", "en sygeplejerskes vej", "registered nurse"],
    "sosu-assistent": ["sosu-assistent", "SOSU assistent", "sosuassistenter", "social- og sundhedsassistent",
                       "social og sundheds assistent", "ssa", "health care assistant"],
    "jordemoder": ["jordemoder", "jordmoder", "jordemødre", "jordemoedre", "jordemodre", "midwife", "midwives"],
    "laege": ["læge", "laege", "læger", "børnelæge", "doctor", "physician"],
    "speciallaege": ["speciallæge", "special læge", "overlæge"],
    "laegesekretaer": ["lægesekretær", "laegesekretaer", "lægesekretærerne", "sundhedsadministrativ koordinator",
                       "medical secretary"],
    "bioanalytiker": ["bioanalytiker", "bio analytiker", "bioanalytikker", "laborant", "lab technician"],
    "portoer": ["portør", "portor", "portoer", "portører", "porter"],
    "specialsygeplejerske": ["specialsygeplejerske", "intensivsygeplejerske", "intensive care nurse"],
    "klinisk-vejleder": ["klinisk vejleder", "kliniske vejledere", "kliniskvejleder", "clinical supervisor"],
    "afdelingsleder": ["afdelingsleder", "afdelingssygeplejerske", "afdelingsygeplejerske", "ward manager"],
    "vagtplanlaegger": ["vagtplanlægger", "vagt planlægger", "vagtplanlaegger"],
    "forsker": ["forsker", "ph.d.", "phd", "PhD"],
    "udenlandsk-sygeplejerske": ["udenlandske sygeplejersker", "nurse from abroad"],
}  # fmt: skip

NO_POSTS = ["tandlæge", "dyrlæge", "løntillæg", "tillæg", "rådgiver", "lagermedarbejder", "fuldtid", "sygemelding",
            "", "?!", "🩺", "x" * 5000, "sygepleje " * 2]  # fmt: skip


@pytest.mark.parametrize(("post", "typed"), [(post, typed) for post, names in NAMES.items() for typed in names])
def test_a_post_is_found_as_people_type_it(post, typed):
    assert [mention.posts for mention in PATHS.find(typed)] == [(post,)]


@pytest.mark.parametrize("typed", NO_POSTS, ids=lambda typed: typed[:12])
def test_what_is_no_post_is_none(typed):
    assert PATHS.find(typed) == []


@pytest.mark.parametrize("typed", ["sosu", "sosu'er", "sosuer", "SOSU"])
def test_a_name_of_several_posts_names_them_all(typed):
    assert [set(mention.posts) for mention in PATHS.find(typed)] == [{"sosu-hjaelper", "sosu-assistent"}]


def test_every_name_finds_its_own_post():
    for post in PATHS.posts.values():
        for name in (*post.name.values(), *(other for names in post.others.values() for other in names)):
            assert any(post.id in mention.posts for mention in PATHS.find(name)), name


def test_a_search_box_finds_beginnings_and_slips():
    assert "sygeplejerske" in [post.id for post in PATHS.search("sygep")]
    assert [post.id for post in PATHS.search("sygeplejske")] == ["sygeplejerske"]
    assert PATHS.search("astronaut") == []


# -- what is asked --

ASKED = [
    ("Hvad kan jeg blive?", None, None),
    ("karriereveje", None, None),
    ("jeg er sygeplejerske, hvad kan jeg blive", "sygeplejerske", None),
    ("Hvad kan en bioanalytiker blive?", "bioanalytiker", None),
    ("jeg vil ikke være sygeplejerske mere, hvad kan jeg blive?", "sygeplejerske", None),
    ("what can I become as a nurse?", "sygeplejerske", None),
    ("hvordan bliver jeg sygeplejerske fra sosu-hjælper", "sosu-hjaelper", "sygeplejerske"),
    ("Hvordan bliver jeg jordemoder?", None, "jordemoder"),
    ("hvordan bliver man egentlig laege", None, "laege"),
    ("jeg er portør og vil gerne være serviceassistent", "portoer", "serviceassistent"),
    ("kan en sygeplejerske blive læge?", "sygeplejerske", "laege"),
    ("kan jeg som radiograf blive forsker", "radiograf", "forsker"),
    ("Can I become a midwife?", None, "jordemoder"),
    ("I'm a nurse and want to become a doctor", "sygeplejerske", "laege"),
    ("How do I get from porter to nurse?", "portoer", "sygeplejerske"),
    ("vejen fra sosu-assistent til specialsygeplejerske", "sosu-assistent", "specialsygeplejerske"),
]

NOT_ASKED = [
    "hvordan bliver jeg rådgiver", "hvordan bliver jeg rask", "kan jeg blive fuldtidsansat som sygeplejerske",
    "hvad tjener en sygeplejerske", "jeg vil ikke være sygeplejerske", "hvordan bliver min leder orienteret",
    "hvordan bliver man sagt op", "hvad er snusepraktik?", "can I become anonymous", "sygeplejerske", "", "?",
]  # fmt: skip


@pytest.mark.parametrize(("text", "start", "end"), ASKED)
def test_what_is_asked(text, start, end):
    asked = wanted(text, PATHS)
    assert asked and asked.start == ((start,) if start else None) and asked.end == ((end,) if end else None)


@pytest.mark.parametrize("text", NOT_ASKED)
def test_what_asks_something_else(text):
    assert wanted(text, PATHS) is None
