"""The language model may only choose among what was found; anything else it says is no opinion."""

import asyncio
import json

import pytest
from aiohttp import ClientSession, web
from cast import Employee

from bot import chooser
from bot.chooser import FAILURES, REST, Chooser
from bot.turns import Turns

PASSAGES = ["Snusepraktik er få dage.", "Udveksling er 1-3 måneder.", "Løn under ophold."]


class Model:
    """Speaks the protocol on a port of this machine, and says what a test wants."""

    def __init__(self):
        self.says = '{"passages": [2]}'
        self.status, self.body, self.waits = 200, None, 0.0
        self.asked = []

    async def answer(self, request):
        self.asked.append((request.headers.get("Authorization"), await request.json()))
        await asyncio.sleep(self.waits)
        body = self.body or json.dumps({"choices": [{"message": {"role": "assistant", "content": self.says}}]})
        return web.Response(text=body, status=self.status, content_type="application/json")


@pytest.fixture
async def model():
    return Model()


@pytest.fixture
async def choose(model):
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    now = [0.0]
    async with ClientSession() as http:
        port = runner.addresses[0][1]
        one = Chooser(http, f"http://127.0.0.1:{port}/v1/", "lille", "noegle", clock=lambda: now[0])

        async def run(question="hvor længe?", passages=PASSAGES, later=0.0):
            now[0] += later
            return await one.choose(question, passages)

        yield run
    await runner.cleanup()


async def test_it_orders_what_was_found(choose, model):
    model.says = 'Selvfølgelig! {"passages": [3, 1]} Håber det hjælper.'
    assert await choose() == [2, 0]
    ((authorization, body),) = model.asked
    assert authorization == "Bearer noegle" and body["model"] == "lille" and body["temperature"] == 0
    assert "[2] Udveksling er 1-3 måneder." in body["messages"][1]["content"]


async def test_it_may_say_that_nothing_answers(choose, model):
    model.says = '{"passages": []}'
    assert await choose() == []


@pytest.mark.parametrize(
    "says",
    [
        "", "2", "[2]", '{"passages": 2}', '{"passages": [4]}', '{"passages": [0]}', '{"passages": [1, 1]}',
        '{"passages": ["1"]}', '{"passages": [true]}', '{"passages": [1.0]}', '{"passages": null}', '{"other": [1]}',
        "Snusepraktik varer tre uger.", '{"passages": [1', '{"passages": [-1]}', "x" * 100_000,
    ],
    ids=lambda says: says[:24],
)  # fmt: skip
async def test_garbage_is_no_opinion(choose, model, says):
    model.says = says
    assert await choose() is None


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, None), (401, None), (200, "<html>"), (200, "[]"), (200, "{}"), (200, '{"choices": [{"message": null}]}'),
     (200, '{"choices": [{"message": {"content": null}}]}')],
)  # fmt: skip
async def test_a_broken_server_is_no_opinion(choose, model, status, body):
    model.status, model.body = status, body
    assert await choose() is None


async def test_a_slow_model_is_not_waited_for(choose, model, monkeypatch):
    monkeypatch.setattr(chooser, "PATIENCE", 0.05)
    model.waits = 1.0
    assert await choose() is None


async def test_a_model_that_is_down_is_left_alone_for_a_while(choose, model):
    model.status = 500
    for _ in range(FAILURES):
        await choose()
    model.status = 200
    assert await choose() is None and len(model.asked) == FAILURES
    assert await choose(later=REST) == [1]


async def test_what_names_somebody_does_not_leave_the_house(choose, model):
    await choose("Jeg hedder 010190-1234, ring 20 30 40 50 eller skriv til amina@regionh.dk om løn")
    sent = model.asked[0][1]["messages"][1]["content"]
    assert not any(part in sent for part in ("1234", "20 30", "amina")) and "løn" in sent


async def test_nothing_found_is_nothing_to_ask(choose, model):
    assert await choose(passages=[]) is None and model.asked == []


class Opinionated:
    """In place of a model: notes what it is shown, and chooses what a test says."""

    def __init__(self, places):
        self.places = places
        self.seen = []

    async def choose(self, question, passages):
        self.seen.append((question, list(passages)))
        return self.places


UNSURE = "er der nogen der kan hjælpe når kollegerne skændes og lederen tier"


@pytest.fixture
def asked(database, library, clock, nudge, worker):
    def make(places):
        model = Opinionated(places)
        return model, Employee("Amina Yusuf", Turns(database, library, clock, nudge, model), worker)

    return make


async def test_where_no_answer_is_sure_the_models_choice_is_shown_word_for_word(asked):
    model, amina = asked([1])
    await amina.says(UNSURE)
    ((question, passages),) = model.seen
    quote = amina.cards[-1].quote
    assert question == UNSURE and quote.title == passages[1].splitlines()[0]
    assert quote.markdown[:40] in passages[1]


@pytest.mark.parametrize("places", [None, []])
async def test_without_an_opinion_the_answer_is_the_ordinary_one(asked, places):
    model, amina = asked(places)
    said = await amina.says(UNSURE)
    assert len(model.seen) == 1 and "Det ved jeg ikke" in said and amina.cards[-1].quote is None


async def test_a_sure_answer_asks_no_model(asked):
    model, amina = asked([0])
    await amina.says("hvad er snusepraktik?")
    assert model.seen == [] and amina.cards[-1].quote is not None


async def test_words_for_an_advisor_wishes_and_cries_for_help_are_shown_to_no_model(asked):
    model, amina = asked([0])
    await amina.says("jeg vil ikke leve mere")
    await amina.says("book en tid")
    await amina.says("slet alt om mig")
    await amina.says("afbryd")
    await amina.books()
    await amina.says("mine aftaler")
    await amina.taps("Skriv til rådgiveren")
    await amina.says("Kære rådgiver, min chef hedder Dan, og jeg er kørt fast, hvad nu")
    assert model.seen == []
