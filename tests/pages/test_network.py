"""What happens when the network does not play along, and when there are two of something."""

from playwright.async_api import expect

GONE = ["ERR_FAILED", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "ERR_EMPTY", "503"]
NOT_SENT = "Beskeden blev ikke sendt. Din tekst står her endnu. Prøv igen."


async def test_what_could_not_be_sent_stays_in_the_box(amina):
    amina.may_happen += GONE
    await amina.opens_chat()
    await amina.page.route("**/chat/say", lambda route: route.abort())
    await amina.writes("hvad er snusepraktik?")
    await expect(amina.page.locator("#state")).to_have_text(NOT_SENT)
    await expect(amina.box).to_have_value("hvad er snusepraktik?")
    await expect(amina.log.locator(".mine")).to_have_count(0)

    await amina.page.unroute("**/chat/say")
    await amina.box.press("Enter")
    await expect(amina.log.locator(".quote")).to_have_count(1)
    await expect(amina.log.locator(".mine")).to_have_count(1)
    await expect(amina.page.locator("#state")).to_be_empty()


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
    await expect(amina.box).to_have_value("Jeg vil gerne videre.")
    await amina.page.unroute("**/chat/say")
    await amina.box.press("Enter")
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
