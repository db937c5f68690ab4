"""The form of a post, a step or a source of career paths: what it begins with, what was typed, and how that reads."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from dialogs.career import FACT_LABELS
from dialogs.wording import say, shown
from knowledge.career_editing import day
from knowledge.career_paths import FACTS, GENERAL, LANGUAGES, CareerPaths, Fact, PathStep, Source
from knowledge.career_reading import Mistake, Row
from knowledge.editing import Line, compared

Form = Mapping[str, Sequence[str]]
"""What was sent, by field."""

NEXT_REVIEW = timedelta(days=182)
"""What a new step proposes, as articles do."""
LONGEST_DRAWN = 300
"""Characters of a fact that are drawn while somebody writes: they stand in an address."""

_NAMES = ("name", "about")
_LISTS = ("others", "endings", "not")
_MAY_BE_MISSING = ("endings", "not")
SAYS = frozenset(
    "empty too_long too_many no_region no_status no_day no_post no_start no_source one_language twice nowhere "
    "no_article".split()
)
"""Mistakes that somebody can make in a form, and that have a sentence of their own."""


def empty(kind: str, today: date) -> dict[str, Any]:
    """What a new one begins with."""
    if kind == "source":
        return dict.fromkeys(LANGUAGES, "")
    if kind == "post":
        return {"regions": [], "common": False, **{lang: _no_names() for lang in LANGUAGES}}
    return {
        "from": [], "to": "", "status": GENERAL, "regions": [], "articles": [], "review_by": today + NEXT_REVIEW,
        "checked_by_hr": False, **{name: _no_fact() for name in FACTS},
    }  # fmt: skip


def filled(kind: str, data: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Everything that the form shows, with empty places for what the row does not have."""
    found = empty(kind, today) | dict(data)
    for name in LANGUAGES if kind == "post" else FACTS if kind == "step" else ():
        found[name] = (_no_names() if kind == "post" else _no_fact()) | dict(found[name])
    return found


def read(kind: str, form: Form) -> dict[str, Any]:
    """What stands in the form, as it would stand in a file."""
    if kind == "source":
        return {lang: _words(_one(form, lang)) for lang in LANGUAGES}
    if kind == "post":
        data: dict[str, Any] = {"regions": list(form.get("regions", ()))}
        if "common" in form:
            data["common"] = True
        return data | {lang: _names(form, lang) for lang in LANGUAGES}
    return {
        "from": list(form.get("from", ())),
        "to": _one(form, "to"),
        "status": _one(form, "status"),
        "regions": list(form.get("regions", ())),
        "articles": list(form.get("articles", ())),
        "review_by": day(_one(form, "review_by")),
        "checked_by_hr": "checked_by_hr" in form,
        **{name: _fact(form, name) for name in FACTS},
    }


def as_step(row: Row, paths: CareerPaths, sources: Mapping[str, Source], today: date) -> PathStep | None:
    """The step as it would be, as far as it is written. None: it is not said yet where it begins and ends."""
    data = row.data
    start = next((paths.posts[one] for one in data["from"] if one in paths.posts), None)
    end = paths.posts.get(data["to"])
    if start is None or end is None or start == end:
        return None
    nowhere = Source("", dict.fromkeys(LANGUAGES, "–"))
    facts = {
        name: Fact({lang: fact[lang] or "…" for lang in LANGUAGES}, sources.get(fact["source"], nowhere))
        for name in FACTS
        if (fact := data[name]) and (fact["da"] or fact["en"])
    }
    review_by = data["review_by"] if isinstance(data["review_by"], date) else today
    return PathStep(
        id=row.id, start=start, end=end, facts=facts, status=data["status"], regions=tuple(data["regions"]),
        articles=tuple(data["articles"]), review_by=review_by, checked_by_hr=data["checked_by_hr"],
    )  # fmt: skip


def picture_of(step: PathStep, locale: str) -> str:
    """Where the drawing of a step stands that nobody has saved: all that it shows is in the address."""
    told = [("lang", locale), ("from", step.start.id), ("to", step.end.id), ("status", step.status)]
    told += [("regions", region) for region in step.regions]
    told += [("checked_by_hr", "1")] if step.checked_by_hr else []
    drawn = ((name, step.facts[name]) for name in ("education", "duration") if name in step.facts)
    told += [(f"{name}_{locale}", fact.text[locale][:LONGEST_DRAWN]) for name, fact in drawn]
    return f"/desk/career/picture.svg?{urlencode(told)}"


def label_of(locale: str, name: str) -> str:
    """What a field is called."""
    language, _, part = name.rpartition(".")
    if name in LANGUAGES:
        language, part = name, "text"
    said = say(locale, FACT_LABELS.get(part, f"career_desk.field_{part}"))
    return f"{said} ({say(locale, f'articles.language_{language}')})" if language in LANGUAGES else said


def told(mistake: Mistake, locale: str) -> str:
    """A mistake in the reader's own words."""
    key = mistake.key if mistake.key in SAYS else "other"
    return say(locale, f"career_desk.wrong_{key}", mistake.values)


def difference(old: Row, new: Row, names: Mapping[str, str], locale: str, today: date) -> dict[str, list[Line]]:
    """What changed from one to another, by field. `names` are those of posts, sources, articles and regions."""
    before, after = (_spelled(one, names, locale, today) for one in (old, new))
    return {name: compared(before[name], after[name]) for name in before if before[name] != after[name]}


def _spelled(row: Row, names: Mapping[str, str], locale: str, today: date) -> dict[str, list[str]]:
    """Every field as lines for a reader."""
    lines: dict[str, list[str]] = {}
    for name, value in filled(row.kind, row.data, today).items():
        if name in FACTS:
            lines[name] = [value["da"], value["en"], names.get(f"source {value['source']}", value["source"])]
        elif isinstance(value, dict):
            for part, words in value.items():
                lines[f"{name}.{part}"] = list(words) if isinstance(words, list) else [words]
        elif isinstance(value, list):
            lines[name] = [_named(name, one, names) for one in value]
        elif name == "status":
            lines[name] = [status_name(value, locale)]
        else:
            lines[name] = [_named(name, value, names) if isinstance(value, str) else shown(locale, value)]
    return {name: [words for words in found if words] for name, found in lines.items()}


def status_name(status: str, locale: str) -> str:
    """What the standing of a step is called."""
    if status == GENERAL:
        return say(locale, "career_desk.status_general")
    return say(locale, f"status_name.{status}") if status else ""


def _named(field: str, value: str, names: Mapping[str, str]) -> str:
    kind = {"from": "post", "to": "post", "articles": "article", "regions": "region"}.get(field, "")
    return names.get(f"{kind} {value}", value)


def _no_names() -> dict[str, Any]:
    return {"name": "", "others": [], "about": "", "endings": [], "not": []}


def _no_fact() -> dict[str, str]:
    return {"da": "", "en": "", "source": ""}


def _names(form: Form, lang: str) -> dict[str, Any]:
    part: dict[str, Any] = {name: _words(_one(form, f"{lang}_{name}")) for name in _NAMES}
    for name in _LISTS:
        lines = list(filter(None, map(_words, _one(form, f"{lang}_{name}").splitlines())))
        if lines or name not in _MAY_BE_MISSING:
            part[name] = lines
    return part


def _fact(form: Form, name: str) -> dict[str, str]:
    """What is typed of a fact. Nothing at all: it is not known."""
    fact = {lang: _words(_one(form, f"{name}_{lang}")) for lang in LANGUAGES}
    fact["source"] = _one(form, f"{name}_source")
    return fact if any(fact.values()) else {}


def _one(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _words(text: str) -> str:
    """On one line, without what cannot be printed: no file takes that, and nobody typed it on purpose."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
