"""What people type, and what it means: a table in both languages, and the traps beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import FLOWS
from dialogs.flow import Flow
from dialogs.understanding import asks, marked_as_question, meanings, meant, promised, same_words

assert FLOWS

INTENTS = {
    "help": ["hjælp", "Hjælp mig lige", "hvad kan du?", "help", "what can you do?", "hjaelp", "HJÆLP!!!"],
    "menu": ["hej", "Hej!", "godmorgen", "menu", "hello", "hi"],
    "back": ["tilbage", "gå tilbage", "back", "Go back please"],
    "cancel": ["afbryd", "stop", "glem det", "nej tak alligevel", "cancel", "never mind"],
    "resume": ["fortsæt", "videre", "continue"],
    "start_over": ["start forfra", "forfra", "start over", "reset"],
    "danish": ["dansk", "skriv dansk tak", "in danish"],
    "english": ["engelsk", "på engelsk", "English please", "switch to english"],
    "language": ["skift sprog", "change language"],
    "thanks": ["tak", "Tak for hjælpen!", "tusind tak", "thanks", "Thank you very much"],
    "yes_or_no": ["ja", "Nej.", "nej tak", "ok", "yes please", "no"],
    "privacy": ["hvad gemmer I om mig?", "hvad ved du egentlig om mig", "gdpr", "what do you store about me?"],
    "who_sees": ["er det anonymt?", "kan min leder se det her?", "hvem kan se det her", "can my manager see this?",
                 "Hvor anonym er jeg?", "who can see what I write"],
    "erase": ["slet alt om mig", "slet mine data", "jeg vil gerne have slettet mine oplysninger", "delete everything",
              "please delete my data"],
    "private": ["privat tilstand", "skriv privat", "kan vi fortsætte i webchatten?", "go private",
                "private mode please"],
    "my_appointments": ["mine aftaler", "hvornår er min aftale?", "jeg vil gerne flytte min tid", "aflys min aftale",
                        "move my appointment", "I want to cancel my appointment"],
    "my_placements": ["mine ønsker", "hvor langt er mit ønske?", "træk mit ønske tilbage", "withdraw my request"],
    "write": ["skriv til min rådgiver", "jeg vil skrive til rådgiveren", "write to my advisor"],
    "book": ["Jeg vil gerne tale med nogen uden min chef ved det", "book en tid", "har I en ledig tid?",
             "jeg har brug for at snakke med en rådgiver", "et menneske", "raadgiver", "I want to talk to an advisor",
             "Can I talk to someone without my manager knowing?", "jeg vil ha en samtale, må jeg tale med nogen"],
    "placement": ["jeg vil gerne snuse", "jeg vil prøve en anden afdeling", "Jeg vil godt bytte afdeling",
                  "hvordan kan jeg ansøge om snusepraktik", "I would like to try another department",
                  "apply for an exchange"],
    "internship": ["praktik", "jeg vil gerne i praktik", "Hvordan søger jeg praktikplads?", "can I do an internship?"],
}  # fmt: skip

NOTHING_TO_DO = [
    "hvad er snusepraktik?", "Hvad koster et ophold?", "Hvordan kan jeg ansøge om orlov?",
    "Har I en ordning om fuld tid?",
    "har I et tilbud til en på deltid", "Hvordan kommer jeg tilbage efter sygdom", "jeg kan slet ikke mere",
    "det ved jeg slet ikke noget om", "jeg er træt af min chef", "er der ledige stillinger?",
    "Hvordan bliver jeg rådgiver",
    "What does an advisor do?", "How do I go back to work after stress?", "I want to quit my job",
    "hvad siger loven om barsel", "min chef stoppede i går", "er der hjælp at få mod smerter",
    "tak for sidst, hvad er onboarding", "ja men hvad er en udveksling", "kan vi bytte afdeling?",
    "aftalen om fuld tid",
    "hvad er reglerne for data om patienter", "sprog på arbejdspladsen", "skriv en ansøgning for mig",
    "", "   ", "...", "👍", "?!", "1", "²", "x" * 5000,
]  # fmt: skip

UTTERANCES = [(text, intent) for intent, texts in INTENTS.items() for text in texts]


def test_the_table_is_a_table():
    assert len(UTTERANCES) + len(NOTHING_TO_DO) >= 60
    assert set(INTENTS) == set(Flow.intents) - {"other_language"} | {"resume", "back"}, "every intent has its rows"


@pytest.mark.parametrize(("text", "intent"), UTTERANCES)
def test_what_is_meant(text, intent):
    assert meant(text) == intent


@pytest.mark.parametrize("text", NOTHING_TO_DO, ids=lambda text: text[:30])
def test_what_means_nothing_to_be_done(text):
    assert meant(text) is None


def test_two_wishes_in_one_sentence_are_both_seen():
    text = "Jeg vil gerne aflyse min aftale og bytte afdeling med en, som vil på udveksling"
    assert set(meanings(text)) == {"my_appointments", "placement"}
    assert meanings("Jeg vil gerne tale med nogen uden min chef ved det") == ["book"]
    assert meanings("hvad er snusepraktik") == []


def test_promised_words_are_exact_words():
    assert promised("Slet alt om mig!") == promised("delete everything about me") == "erase"
    assert promised("hvad gemmer I om mig?") == "privacy"
    for text in ("slet", "vil du slette alt om mig", "privatliv", "mine data", "hjælp", "engelsk", ""):
        assert promised(text) is None


@given(st.text())
def test_any_text_can_be_read(text):
    meant(text)
    promised(text)
    assert asks(text) or not marked_as_question(text)


@pytest.mark.parametrize(
    ("text", "question"),
    [("hvad er det", True), ("er det", True), ("det er godt?", True), ("Hvornår", True), ("what is it", True),
     ("fordi jeg vil", False), ("", False), ("?", True), ("Børnepsykiatrien", False)],
)  # fmt: skip
def test_what_looks_like_a_question(text, question):
    assert asks(text) is question


def test_an_answer_may_begin_like_a_question():
    assert not marked_as_question("er træt af nattevagter") and marked_as_question("er det dyrt? ")


def test_the_same_words():
    assert same_words("Børneafdelingen", "boerneafdelingen") and same_words("Ja, aflys", "ja aflys!")
    assert not same_words("...", "!!!") and not same_words("", "") and not same_words("ja", "nej")
