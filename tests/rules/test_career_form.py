"""The form of a career path reads back what it shows, and says in plain words what is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import career_form
from knowledge.career_paths import FACTS, LANGUAGES
from knowledge.career_reading import FOLDER, Mistake, Row, build, read_folder, shipped

TODAY = date(2026, 11, 23)
ROWS = read_folder(FOLDER)[0]


def as_form(kind, data):
    """What a browser sends of the form that shows this row."""
    shown = career_form.filled(kind, data, TODAY)
    form = {}
    for name, value in shown.items():
        if isinstance(value, bool):
            form |= {name: ["on"]} if value else {}
        elif isinstance(value, list):
            form |= {name: value} if value else {}
        elif isinstance(value, dict):
            for part, words in value.items():
                text = "\r\n".join(words) if isinstance(words, list) else words
                form[f"{name}_{part}"] = [text]
        else:
            form[name] = [str(value)]
    return form


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind} {row.id}")
def test_every_row_reads_back_as_it_was(row):
    assert career_form.read(row.kind, as_form(row.kind, row.data)) == row.data


@pytest.mark.parametrize("kind", ["source", "post", "step"])
def test_a_new_one_is_shown_whole_and_refused_while_it_is_empty(kind):
    row = Row(kind, "ny", career_form.read(kind, as_form(kind, career_form.empty(kind, TODAY))))
    _, mistakes = build([row])
    assert mistakes and all(len(career_form.told(one, "da")) > 10 for one in mistakes)


def test_a_broken_row_is_shown_all_the_same():
    assert set(career_form.filled("step", {}, TODAY)) == set(career_form.empty("step", TODAY))


TEXT = st.text(max_size=40)


@given(st.dictionaries(st.sampled_from(sorted(as_form("step", career_form.empty("step", TODAY)))), st.lists(TEXT)))
def test_whatever_is_sent_is_read_checked_and_drawn_or_not_without_a_crash(form):
    data = career_form.read("step", form)
    paths, mistakes = build([*ROWS, row := Row("step", "ny", data)])
    for one in mistakes:
        assert career_form.told(one, "en") and career_form.label_of("da", one.field)
    step = career_form.as_step(row, shipped(), {}, TODAY)
    assert (step is None) == (not any(start in paths.posts for start in data["from"]) or data["to"] not in paths.posts)


def test_what_is_typed_is_one_line_that_any_file_can_hold():
    form = {"da": ["  Lov\r\n om\tfri\x7f\x00bid  "], "en": ["x"]}
    assert career_form.read("source", form) == {"da": "Lov om fri bid", "en": "x"}


def test_an_empty_fact_is_none_and_a_source_alone_is_half_a_fact():
    assert career_form.read("step", {"salary_da": [" "]})["salary"] == {}
    half = career_form.read("step", {"salary_source": ["su"]})["salary"]
    assert half == {"da": "", "en": "", "source": "su"}


def test_a_difference_is_told_in_names_and_not_in_ids():
    row = next(one for one in ROWS if one.id == "laege--speciallaege")
    other = Row("step", row.id, {**row.data, "to": "forsker", "duration": {}, "checked_by_hr": True})
    names = {"post speciallaege": "Speciallæge", "post forsker": "Forsker"}
    told = career_form.difference(row, other, names, "da", TODAY)
    assert set(told) == {"to", "duration", "checked_by_hr"}
    assert [(line.kind, line.words) for line in told["to"]] == [("gone", "Speciallæge"), ("new", "Forsker")]
    assert all(career_form.label_of("da", name) for name in told)


def test_every_field_has_a_name_in_both_languages():
    for kind in ("source", "post", "step"):
        for name, value in career_form.empty(kind, TODAY).items():
            parts = [f"{name}.{part}" for part in value] if kind == "post" and name in LANGUAGES else [name]
            assert all(career_form.label_of(locale, part) for locale in LANGUAGES for part in parts)


def test_a_mistake_nobody_can_make_in_a_form_has_words_too():
    assert career_form.told(Mistake(ROWS[0], "x", "unknown_key"), "da").startswith("Her står noget")
    assert set(FACTS) <= set(career_form.empty("step", TODAY))
