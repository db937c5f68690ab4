"""What happens when the network does not play along, and when there are two of something."""

import re

from playwright.async_api import expect

OTHER = "havn lygte måne bølge æble ørken"
GONE = ["ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "ERR_EMPTY", "503"]
NOT_SENT = "Det blev ikke sendt. Prøv igen."


def unsent(person, words=""):
    return person.log.locator(".mine", has=person.page.locator(".unsent"), has_text=words)


async def test_what_could_not_be_sent_stays_and_can_be_sent_again(amina):
    amina.may_happen += GONE
    await amina.opens_chat()
    await amina.page.route("**/chat/say", lambda route: route.abort())
    await amina.writes("hvad er snusepraktik?")
    await expect(amina.page.locator("#state")).to_have_text(NOT_SENT)
    await expect(unsent(amina)).to_contain_text("hvad er snusepraktik?")

    await amina.page.unroute("**/chat/say")
    await amina.taps("Prøv igen")
    await expect(amina.log.locator(".quote")).to_have_count(1)
    await expect(amina.log.locator(".mine")).to_have_count(1)
    await expect(unsent(amina)).to_have_count(0)
    await expect(amina.page.locator("#state")).to_be_empty()


async def test_nothing_that_failed_is_dropped_by_what_is_written_next(amina):
    amina.may_happen += GONE
    await amina.opens_chat()
    await amina.page.route("**/chat/say", lambda route: route.abort())
    await amina.writes("hvad er snusepraktik?")
    await amina.writes("hvad er udveksling?")
    await amina.box.press_sequentially("og en ting til")
    await expect(unsent(amina)).to_have_count(2)
    await expect(amina.box).to_have_value("og en ting til")

    await amina.page.unroute("**/chat/say")
    await unsent(amina, "snusepraktik").get_by_role("button").click()
    await expect(amina.log.locator(".quote")).to_have_count(1)
    await expect(amina.log.locator(".mine").last).to_contain_text("hvad er snusepraktik?")  # right above its answer
    await expect(unsent(amina)).to_have_count(1)
    await amina.taps("Prøv igen")
    await expect(amina.log.locator(".quote")).to_have_count(2)
    await expect(amina.box).to_have_value("og en ting til")


async def test_what_is_too_long_to_be_sent_says_so(amina):
    amina.may_happen += ["413"]
    await amina.opens_chat()
    await amina.writes("æ" * 40_000)
    await expect(amina.page.locator("#state")).to_have_text(re.compile("for langt"))
    await expect(unsent(amina)).to_have_count(1)


async def test_a_tab_whose_cookie_has_gone_goes_on_where_it_was(amina):
    amina.may_happen += ["401"]
    await amina.opens_chat()
    await amina.taps("Tal anonymt med en rådgiver")
    await amina.reads("Din leder får intet at vide")
    receipt = await amina.receipt()
    await amina.context.clear_cookies()
    await amina.taps("Fortsæt")
    await amina.reads("Hvad vil du gerne tale om?")
    assert await amina.receipt() == receipt
    await expect(amina.cards).to_have_count(3)  # nobody was greeted in between


async def test_words_go_to_the_conversation_that_they_were_written_in(amina, site):
    """Another tab of the same browser has taken up somebody else's visit."""
    amina.may_happen += ["401"]
    await amina.opens_chat()
    await amina.taps("Tal anonymt med en rådgiver")
    await amina.reads("Din leder får intet at vide")
    first, receipt = amina.page, await amina.receipt()
    await amina.opens_chat()
    await amina.comes_back_with(OTHER)
    await expect(amina.page.locator("#receipt-words")).to_have_text(OTHER)

    amina.page = first
    await amina.writes("fortsæt")
    await amina.reads("Hvad vil du gerne tale om?")
    assert await amina.receipt() == receipt


async def test_when_the_visit_cannot_be_taken_up_the_words_stay(amina):
    amina.may_happen += ["401", *GONE]
    await amina.opens_chat()
    receipt = await amina.receipt()
    await amina.context.clear_cookies()
    await amina.page.route("**/chat/receipt", lambda route: route.fulfill(status=503))
    await amina.writes("hvad er snusepraktik?")
    await expect(amina.page.locator("#state")).to_have_text(re.compile("Jeg kan ikke finde din samtale lige nu"))
    await expect(unsent(amina)).to_contain_text("hvad er snusepraktik?")
    assert await amina.context.cookies() == []  # no visit of somebody new was begun

    await amina.page.unroute("**/chat/receipt")
    await amina.taps("Prøv igen")
    await expect(amina.log.locator(".quote")).to_have_count(1)
    assert await amina.receipt() == receipt


async def test_when_only_the_answer_got_lost_it_is_heard_once(amina, site):
    """The server heard the message to the advisor, and then the connection broke."""
    amina.may_happen += GONE
    await amina.opens_chat()
    advisor_name = await amina.books()
    alias = await amina.alias()
    await amina.taps("Skriv til rådgiveren")
    await amina.reads("Du skriver nu til")

    async def heard_but_lost(route):
        await route.fetch()
        await route.abort()

    await amina.page.route("**/chat/say", heard_but_lost)
    await amina.writes("Jeg vil gerne videre.")
    await expect(unsent(amina)).to_contain_text("Jeg vil gerne videre.")
    await amina.page.unroute("**/chat/say")
    await amina.taps("Prøv igen")
    await expect(amina.cards.last.locator("dl")).to_contain_text("Jeg vil gerne videre.")  # what was said so far

    advisor = await site.new_person()
    await advisor.signs_in(advisor_name)
    await advisor.page.get_by_role("link", name=alias).click()
    await expect(advisor.page.locator(".thread li")).to_have_count(1)


async def test_a_tap_that_got_lost_can_be_tapped_again(amina):
    amina.may_happen += GONE
    await amina.opens_chat()
    await amina.books(until="confirm")

    async def heard_but_lost(route):
        await route.fetch()
        await route.abort()

    await amina.page.route("**/chat/say", heard_but_lost)
    await amina.taps("Book tiden")
    await expect(amina.page.locator("#state")).to_have_text(NOT_SENT)
    await amina.page.unroute("**/chat/say")
    await amina.taps("Book tiden")
    await expect(amina.log).to_contain_text("Åbne sager: 1 (")


async def test_a_server_that_is_not_there_yet_is_asked_again(amina):
    amina.may_happen += GONE
    await amina.context.route("**/chat/open", lambda route: route.fulfill(status=503))
    page = await amina.opens_page("/chat")
    await expect(page.locator("#state")).to_have_text("Forbindelsen er væk. Jeg prøver igen.")
    await amina.context.unroute("**/chat/open")
    await expect(amina.cards.first).to_be_visible()
    await expect(page.locator("#state")).to_be_empty()


async def test_two_tabs_are_one_conversation(amina):
    await amina.opens_chat()
    await amina.taps("Tal anonymt med en rådgiver")
    first, receipt = amina.page, await amina.receipt()
    await amina.opens_chat()
    assert await amina.receipt() == receipt
    await expect(amina.log).to_contain_text("Vi var i gang med dette:")
    await amina.taps("Fortsæt")
    await amina.reads("Hvad vil du gerne tale om?")

    amina.page = first
    await amina.taps("Fortsæt")  # an old button: the question that is open now is asked again
    await amina.taps("Min vej videre")
    await amina.reads("Hvilken region arbejder du i?")


async def test_who_is_quick_taps_once(amina):
    await amina.opens_chat()
    await amina.button("Tal anonymt med en rådgiver").dblclick()
    await amina.reads("Din leder får intet at vide")
    await amina.button("Fortsæt").dblclick()
    await amina.reads("Hvad vil du gerne tale om?")
    await expect(amina.log.locator(".mine")).to_have_count(2)
