"""The questions that search is measured with are honest: answered where they say, and not copied from articles."""

import json
import re
from collections import Counter
from pathlib import Path
from statistics import median

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HALVES = ("tune", "test")
RUN = 5  # words in a row that no question may share with an article
LONGEST_ANSWER = 12
REGIONS = {"rh": "hovedstaden", "rs": "sjaelland", "rm": "midtjylland"}
PROMISED = {
    "plain": 175, "everyday": 60, "typo": 50, "compound": 40, "english": 55, "short": 20,
    "near": 70, "patient": 35, "far": 24, "trick": 12,
}  # fmt: skip
UNANSWERED = {"near", "patient", "far", "trick"}


def read(half: str) -> list[dict]:
    lines = (ROOT / "benchmarks" / "questions" / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


def article_texts(language: str) -> dict[str, str]:
    """Title and body of each article, without the example questions and keywords of its front matter."""
    texts = {}
    for path in (ROOT / "knowledge" / "articles").glob(f"*.{language}.md"):
        _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
        data = yaml.safe_load(front_matter)
        texts[data["id"]] = f"{data['title']}\n{body}"
    return texts


SETS = {half: read(half) for half in HALVES}
QUESTIONS = [question for half in HALVES for question in SETS[half]]
ANSWERED = [question for question in QUESTIONS if question["expected"]]
DANISH = article_texts("da")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["q"])
def test_a_question_has_its_fields(question):
    answered = question["kind"] not in UNANSWERED
    assert question.keys() == {"q", "expected", "kind", "asker"} | ({"answer"} if answered else set())
    assert question["q"].strip() == question["q"] != ""
    assert question["kind"] in PROMISED
    assert question["asker"] in REGIONS.values()
    assert bool(question["expected"]) == answered
    assert answered or question["expected"] is None


def test_every_expected_article_exists_and_is_of_the_askers_region():
    for question in ANSWERED:
        assert len(set(question["expected"])) == len(question["expected"]), question
        for article_id in question["expected"]:
            assert article_id in DANISH, question
            assert REGIONS[article_id[:2]] == question["asker"], question


def test_the_answer_stands_verbatim_in_an_expected_article():
    texts = {article_id: " ".join(text.split()) for article_id, text in DANISH.items()}
    for question in ANSWERED:
        assert 0 < len(question["answer"].split()) <= LONGEST_ANSWER, question
        assert any(question["answer"] in texts[article_id] for article_id in question["expected"]), question


def test_no_question_is_asked_twice():
    asked = Counter(" ".join(words(question["q"])) for question in QUESTIONS)
    assert not [text for text, times in asked.items() if times > 1]


def test_no_question_copies_a_run_of_words_from_an_article():
    copied = {run for language in ("da", "en") for text in article_texts(language).values() for run in runs(text)}
    assert not [question["q"] for question in QUESTIONS if runs(question["q"]) & copied]


def test_there_are_as_many_of_each_kind_as_promised():
    counts = Counter(question["kind"] for question in QUESTIONS)
    assert not {kind: counts[kind] for kind, promised in PROMISED.items() if counts[kind] < promised}
    assert len(ANSWERED) >= 340
    assert len(QUESTIONS) - len(ANSWERED) >= 130


def test_each_half_has_about_half_of_each_kind():
    tune, test = (Counter(question["kind"] for question in SETS[half]) for half in HALVES)
    assert not {kind for kind in PROMISED if abs(tune[kind] - test[kind]) > 2}


@pytest.mark.parametrize("half", HALVES)
def test_each_article_is_asked_about_in_each_half(half):
    asked = Counter(article_id for question in SETS[half] for article_id in question["expected"] or ())
    assert not [article_id for article_id in DANISH if asked[article_id] < 2]


@pytest.mark.parametrize("half", HALVES)
def test_length_does_not_give_away_what_has_no_answer(half):
    lengths = {True: [], False: []}
    for question in SETS[half]:
        lengths[bool(question["expected"])].append(len(question["q"].split()))
    assert abs(median(lengths[True]) - median(lengths[False])) <= 1


def test_short_questions_are_short():
    assert not [q["q"] for q in QUESTIONS if q["kind"] == "short" and len(q["q"].split()) > 3]
