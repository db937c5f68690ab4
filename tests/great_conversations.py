"""Conversations that show nearly every card there is, in both languages."""

from cast import Advisor, Employee

from bot.rendering.card import Card

WORDS = {
    "da": {
        "book": "book en tid",
        "stay": "jeg vil gerne snuse",
        "go on": "Fortsæt",
        "question": "hvad er snusepraktik",
    },
    "en": {
        "book": "book a session",
        "stay": "request a stay",
        "go on": "Continue",
        "question": "what is a taster stay",
    },
}


async def the_great_conversations(who: Employee, bo: Advisor, locale: str) -> list[Card]:
    """Ask, don't know, book, write, read an answer, wish, look at everything, erase."""
    words = WORDS[locale]
    await who.says("english" if locale == "en" else "dansk")
    for text in ("menu", "help" if locale == "en" else "hjælp", words["question"], "xyzzy plugh", words["book"]):
        await who.says(text)
    await who.taps(words["go on"])
    await who.says("1")
    await who.taps("Hovedstaden")
    await who.taps(words["go on"], workplace="soeerne")
    await who.says("1")
    await who.says("1")
    await who.taps("24")
    await who.says("1")
    await who.says("mine aftaler" if locale == "da" else "my appointments")
    await who.says("skriv" if locale == "da" else "write")
    await who.says("Goddag")
    await who.says("stop")
    await who.says(words["stay"])
    for _ in range(2):
        await who.says("1")
    await who.says("2")
    await who.taps(words["go on"], starts="2027-02-01", length="3_days")
    await who.says("*Nysgerrig* [link](https://x)")
    await who.says("1")
    await who.says("mine ønsker" if locale == "da" else "my requests")
    await who.says("jeg vil ikke leve mere")
    await who.says("hvad gemmer I om mig" if locale == "da" else "what do you store about me")
    await who.says("slet alt om mig" if locale == "da" else "delete my data")
    await who.says("1")
    return who.cards
