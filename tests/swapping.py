"""People who would change places, for tests of conversations and of pages."""


async def would_swap(who, unit, home, wish):
    """Ask for an exchange of two months, and offer to swap."""
    await who.says("jeg vil gerne på udveksling")
    if "Hvilken region" in who.cards[-1].paragraphs[0]:
        await who.taps("Region Hovedstaden")
    await who.says(f"Noget om {wish}")
    await who.taps("Fortsæt", starts="2027-02-01", length="2_months")
    await who.taps("Spring over")
    await who.taps("Fortsæt", profession="Sygeplejerske", specialty="", tenure="3 år")
    await who.taps("Send ønsket")
    await who.says("mine ønsker")
    assert "Koordinatoren ser så, hvor du arbejder" in await who.taps("Byt med en anden")
    await who.taps("Fortsæt", unit=unit)
    assert "Jeg siger til" in await who.taps("Ja, find en", home=home, wish1=wish, wish2="", wish3="")


RING = (
    ("Amina Yusuf", "nordkysten", "nordkysten-akut", "kirurgi"),
    ("Dan Poulsen", "soeerne", "soeerne-kirurgi", "børne- og ungdomspsykiatri"),
    ("Ida Krogh", "psykiatri-oest", "psykiatri-oest-boern", "akutmedicin"),
)
"""Emergency wants surgery, surgery wants child psychiatry, child psychiatry wants emergency."""
