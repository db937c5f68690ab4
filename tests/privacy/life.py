"""Everything that employees can do, and that can be done with their cases, as one long life.

A new feature is one more step: a function under `@step`. What is said in it and must reach nobody, or nobody but those
who have the case, is said through `life.secret` and `life.word`.
"""

import re
from dataclasses import dataclass, field
from itertools import count

from privacy.world import STAFF, Account, InTeams, OnTheWeb, World, quietly
from sqlalchemy import select, text, update

from dialogs.privacy import FILE
from storage.cases import Case
from storage.organisation import Staff

HER = Account(
    name="Kanariesen Ærtebjerg",
    upn="kanfugl.aertebjerg@kanarieregionen.example",
    aad="c0ffee00-feed-4bad-8ace-5ca1ab1e0001",
    user="29:1kanariefugl-bruger",
    conversation="a:1kanariefugl-samtale",
    tenant="c0ffee00-feed-4bad-8ace-5ca1ab1e7777",
    place="kanariested",
)

STEPS = []
"""Pairs of a name and what happens, in order."""


def step(function):
    """Add a step to the life. It may leave the conversation anywhere: the next one says what it wants anew."""
    STEPS.append((function.__name__, function))
    return function


@dataclass
class Life:
    """Two accounts, the office, and what was said to whom."""

    world: World
    her: InTeams
    home: OnTheWeb
    cases: dict = field(default_factory=dict)
    """Ids of cases by what they are for."""
    told: dict = field(default_factory=dict)
    """What was said in a case: the case, and the staff who have had it since."""
    secrets: list = field(default_factory=list)
    """What was said and must reach nobody."""
    wish: str = ""
    numbers: object = field(default_factory=lambda: count(101))

    def word(self, case):
        """A word that only those may read who have this case, or get it later."""
        canary = f"kanariefjer{next(self.numbers)}ært"
        self.told[canary] = (case, set())
        return canary

    def secret(self):
        """A word that nobody may read."""
        canary = f"kanarienæb{next(self.numbers)}"
        self.secrets.append(canary)
        return canary

    async def lives(self, *, until=""):
        """Do all steps, or those up to one; and note after each who has the cases."""
        for name, function in STEPS:
            try:
                await function(self)
            except Exception as error:
                error.add_note(f"in the step {name}; she sees {self.her.shown[:1500]}")
                raise
            await self.notes_who_has_them()
            if name == until:
                return
        assert not until, until

    async def notes_who_has_them(self):
        async with self.world.database.reading() as db:
            now = {case.id.hex: case.staff_id for case in await db.scalars(select(Case))}
        for case, readers in self.told.values():
            if case and self.cases[case] in now:
                readers.add(now[self.cases[case]])

    async def staff_of(self, case):
        """The desk of whoever has a case, and the address of its page."""
        async with self.world.database.reading() as db:
            rows = {one.id.hex: one.staff_id for one in await db.scalars(select(Case))}
        return await self.world.desk(rows[self.cases[case]]), f"/advisor/cases/{self.cases[case]}"

    async def writes(self, case, words, who=None):
        who = who or self.her
        await does(who, "chats.reply", case=self.cases[case])
        await who.says(words)
        await who.says("stop")

    async def is_answered(self, case):
        desk, page = await self.staff_of(case)
        await desk.reads(page)
        await desk.sends(page, text=self.word(case), once=f"form-{next(self.numbers)}")
        await self.world.delivers()

    def keeps(self, case, who=None):
        """Remember the case of the card that is shown."""
        self.cases[case] = (who or self.her).button("Skriv til").data["sporskifte"]["args"]["case"]


async def does(who, verb, **args):
    """Tap a button with this verb, as it stands on older cards."""
    return await who._sends({"sporskifte": {"do": verb, "args": args}})


async def begin(world):
    """The two of them, who have said nothing yet."""
    return Life(world, InTeams(world, HER), OnTheWeb(world))


# --- Asking ----------------------------------------------------------------------------------------------------------


@step
async def asks(life):
    await life.her.opens()
    await life.home.opens()
    await life.her.says("hvad er snusepraktik?")
    await life.her.taps("Ja, det hjalp")
    await life.her.says(f"hvor finder jeg {life.secret()} i kantinen?")
    await life.home.says(f"hvad koster {life.secret()}?")
    await life.her.says("hvad kan jeg blive som sygeplejerske?")
    await life.her.says("English please")
    await life.her.says("dansk tak")


@step
async def goes_on_in_public(life):
    """In a channel others read along, and the text names her."""
    crowd = {"id": "19:mange", "conversationType": "channel", "tenantId": HER.tenant}
    await life.her._posts(text=f"<at>Sporskifte</at> {life.secret()}", conversation=crowd)


@step
async def sends_what_is_refused(life):
    await life.her._posts(text="", attachments=[{"contentType": "application/x", "name": life.secret() + ".docx"}])
    await life.her.says(f"{life.secret()} " * 1200)
    await life.her.says(f"mit cpr er 010180-1234, {life.secret()}")
    await does(life.her, "no.such.verb", case=life.secret())
    await does(life.her, "chats.reply", case="0" * 32)


@step
async def begins_and_drops_a_draft(life):
    await life.her.says("jeg vil gerne snuse")
    if "Hvilken region" in life.her.shown:
        await life.her.taps("Region Hovedstaden")
    await life.her.taps("Snusepraktik")
    await life.her.says(life.secret())
    await life.her.taps("Fortsæt", starts="", length="1_day")
    await life.her.says("afbryd")


# --- Booking in four ways --------------------------------------------------------------------------------------------


@step
async def books_in_writing(life):
    await life.her.books("Skriv sammen")
    life.keeps("writing")


@step
async def books_by_telephone(life):
    await life.her.books("Telefon", workplace="psykiatri-oest")
    life.keeps("telephone")


@step
async def books_a_neutral_place(life):
    await life.her.books("Mød op")
    life.keeps("place")


@step
async def books_by_video(life):
    await life.her.books("Videomøde", workplace="psykiatri-oest")
    life.keeps("video")


@step
async def moves_it(life):
    await does(life.her, "appointments.move", case=life.cases["writing"])
    await life.her.taps("Vis senere")
    await life.her.taps(" kl. ")


@step
async def takes_it_into_a_calendar(life):
    await does(life.her, "appointments.detail", case=life.cases["writing"])
    url = life.her.button("kalender").url
    status, body = await life.world.public(url.removeprefix(life.world.url))
    assert status == 200 and b"SUMMARY:Aftale" in body
    await life.world.public("/calendar/20261124T0900-999.ics")


@step
async def notes_something_for_the_advisor(life):
    await does(life.her, "appointments.remark", case=life.cases["writing"])
    await life.her.taps("Gem noten", remark=f"jeg hedder {life.secret()}")
    assert "se, hvem du er" in life.her.shown, "it looks like a name, and is held back"
    await life.her.taps("Skriv den om")
    await life.her.taps("Gem noten", remark=life.word("writing"))


@step
async def wants_to_be_reminded(life):
    for case, when in (("writing", "Dagen før"), ("telephone", "En time")):
        await does(life.her, "appointments.remind", case=life.cases[case])
        await life.her.taps(when)


# --- Writing ---------------------------------------------------------------------------------------------------------


@step
async def writes_and_is_answered(life):
    for case in ("writing", "telephone", "place"):
        await life.writes(case, f"Hej, {life.word(case)}")
    life.world.connector.refuse = [503, 429]  # so that errors are logged, too
    await life.is_answered("writing")
    await life.world.delivers(rounds=4)
    news = await life.her.reads_news()
    assert any(canary in news for canary in life.told), "the answer comes at last"
    await life.is_answered("place")


@step
async def holds_back_and_sends_after_all(life):
    await does(life.her, "chats.reply", case=life.cases["writing"])
    await life.her.says(f"jeg hedder {life.secret()} og er træt")
    assert "Send det alligevel" in life.her.shown
    await life.her.taps("Send det ikke")
    await life.her.says(f"min mail er {life.word('writing')}@eksempel.dk")
    await life.her.taps("Send det alligevel")
    await life.her.says("stop")


@step
async def shows_who_she_is_to_one(life):
    """On purpose, to the advisor of one case, with a name and a number of their own."""
    await does(life.her, "chats.reveal", case=life.cases["telephone"])
    await life.her.taps("Fortsæt", name=f"Rosa {life.word('telephone')}", phone=f"40 {life.word('telephone')}")
    await life.her.taps("Ja, send det")
    await does(life.her, "chats.reveal", case=life.cases["place"])
    await life.her.taps("Fortsæt", name=f"Rosa {life.secret()}", phone="")
    await life.her.taps("Nej, bliv ved")


@step
async def office_notes_and_proposes(life):
    desk, page = await life.staff_of("writing")
    shown = await desk.reads(page)
    await desk.sends(page, do="note", note=life.word("writing"))
    slots = re.findall(r'<option value="([0-9a-f]{32})">', shown)
    await desk.sends(page, do="propose", first=slots[5], second=slots[6])
    await life.world.delivers()
    await life.her.reads_news()
    await does(life.her, "appointments.accept", case=life.cases["writing"], slot=slots[5])


@step
async def office_worries(life):
    desk, page = await life.staff_of("writing")
    await desk.reads(page)
    await desk.sends(page, do="acute")
    await life.world.delivers()
    await life.her.reads_news()
    await life.her.says("jeg vil ikke leve mere")


@step
async def is_handed_over_and_declined(life):
    desk, page = await life.staff_of("telephone")
    await desk.reads(page)
    await desk.sends(page, do="hand_over", to="")
    await life.notes_who_has_them()
    desk, page = await life.staff_of("place")
    await desk.reads(page)
    await desk.sends(page, do="decline")
    await life.world.goes_round()
    await life.her.reads_news()


@step
async def advisor_becomes_tied(life):
    """An advisor moves to her workplace: the case finds another one."""
    desk, _ = await life.staff_of("writing")
    async with life.world.database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id == desk.staff).values(works_in="nordkysten-akut"))
    await life.world.goes_round()
    async with life.world.database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id == desk.staff).values(works_in="karrierekontoret"))


# --- A stay ----------------------------------------------------------------------------------------------------------


@step
async def wishes_for_a_stay(life):
    life.cases["stay"] = ""
    life.wish = life.word("stay")
    await life.her.wishes(f"Børnepsykiatrien {life.wish}")
    await life.her.says("mine ønsker")
    life.keeps("stay")
    await life.writes("stay", life.word("stay"))
    await life.is_answered("stay")


@step
async def is_offered_a_place(life):
    carla = await life.world.desk("carla")
    page = f"/desk/placements/{life.cases['stay']}"
    await carla.reads(page)
    await carla.sends(
        page, do="terms", host="psykiatri-oest-boern", first="2027-01-12", last="2027-01-14", instruction="Vera",
        illness="Værten", incidents="Hjemmeafdelingen",
    )  # fmt: skip
    await life.world.delivers()
    await does(life.her, "stays.ask_host", case=life.cases["stay"])
    await life.her.taps("Ja, spørg værten")
    life.told[life.wish][1].add("vera")  # by her own yes: the wish, and nothing that was written about it
    await carla.reads(page)
    shown = await carla.sends(page, do="link-host")
    secret = re.search(r"/decide/([\w-]+)", shown)[1]
    status, _ = await life.world.public(f"/decide/{secret}")
    assert status == 200
    life.told[life.wish][1].add("anybody")  # whoever has the link that the coordinator passes on
    vera = await life.world.desk("vera")
    shown = await vera.reads("/desk/decisions")
    about = re.search(r'name="about" value="([0-9a-f]+)"', shown)[1]
    await vera.sends("/desk/decisions", case=life.cases["stay"], about=about, decision="approve")
    await life.world.delivers()


@step
async def lets_her_manager_be_asked(life):
    """The name that she tells then is known to the manager and, after the approval, to the host: to no others."""
    await does(life.her, "stays.ask_manager", case=life.cases["stay"])
    await life.her.taps("Fortsæt", unit="nordkysten")
    name = "kanarienavnRosa"
    life.told[name] = (None, {"henrik", "vera"})
    await life.her.taps("Fortsæt", home="nordkysten-akut", name=name)
    await life.her.taps("Ja, spørg min leder")
    await life.world.delivers()
    henrik = await life.world.desk("henrik")
    shown = await henrik.reads("/desk/decisions")
    assert name in shown
    about = re.search(r'name="about" value="([0-9a-f]+)"', shown)[1]
    await henrik.sends("/desk/decisions", case=life.cases["stay"], about=about, decision="approve")
    await life.world.delivers()


# --- On the web ------------------------------------------------------------------------------------------------------


@step
async def waits_on_the_web(life):
    """Nobody is left for her there, so she stands on the waiting list, until there is somebody."""
    async with life.world.database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id.in_(["bo", "sofie", "mikkel"])).values(active=False))
    await life.home.starts_booking()
    await life.home.taps("Skriv mig på ventelisten")
    life.keeps("waiting", life.home)
    await life.writes("waiting", life.word("waiting"), life.home)
    async with life.world.database.transaction() as db:
        await db.execute(update(Staff).where(Staff.id.in_(["bo", "sofie", "mikkel"])).values(active=True))
    await life.world.goes_round()
    await life.home.reads_news()
    await does(life.home, "appointments.move", case=life.cases["waiting"])
    await life.home.taps(" kl. ")


@step
async def books_on_the_web_and_ends(life):
    await life.home.books("Skriv sammen")
    life.keeps("web", life.home)
    await life.writes("web", life.word("web"), life.home)
    await life.is_answered("web")
    await life.home.reads_news()
    await does(life.home, "chats.end", case=life.cases["web"])
    await life.home.taps("Ja, afslut")
    await life.home.taps("Sig, hvad du synes")
    await life.home.taps("4 · Meget")
    await life.home.taps("Ja")


@step
async def leaves_teams(life):
    """Privat tilstand: a case of hers goes on in the web chat."""
    await does(life.her, "private.offer", case=life.cases["video"])
    await life.her.taps("giv mig et link")
    secret = life.her.button("webchatten").url.partition("#privat=")[2]
    life.secrets.append(secret)
    await does(life.home, "private.arrive", secret=secret)
    await life.writes("video", life.word("video"), life.home)


@step
async def opens_a_link_and_leaves_it(life):
    await does(life.her, "private.offer", case=life.cases["place"])
    await life.her.taps("giv mig et link")
    life.secrets.append(life.her.button("webchatten").url.partition("#privat=")[2])


@step
async def takes_everything_as_a_file(life):
    await life.her.says("hvad gemmer I om mig?")
    await life.her.taps("Hent det hele")
    await life.home.says("hvad gemmer I om mig?")
    assert '"cases"' in await life.home.fetches(FILE)


# --- The end ---------------------------------------------------------------------------------------------------------


@step
async def time_passes(life):
    """Reminders, silence, and what could not be delivered."""
    await life.writes("place", life.word("place"))
    for _ in range(6):
        life.world.clock.passes(hours=13)
        await life.world.goes_round()
    life.world.connector.refuse = [403]
    await life.is_answered("place")
    await life.world.delivers(rounds=3)
    assert not life.world.connector.refuse, "one notice was given up"
    await life.her.reads_news()


@step
async def is_ended_by_the_office_and_kept_out(life):
    desk, page = await life.staff_of("place")
    await desk.reads(page)
    await desk.sends(page, do="close")
    desk, page = await life.staff_of("telephone")
    await desk.reads(page)
    await desk.sends(page, do="block")
    await life.world.delivers()
    await life.her.reads_news()
    await life.her.starts_booking()
    await life.her.taps("alle i orden")
    if "Hvordan vil du mødes" in life.her.shown:
        await life.her.taps("Skriv sammen")
    await life.her.taps(" kl. ")
    assert "lukket" in (await life.her.taps("Book tiden")).lower()


@step
async def strangers_look_around(life):
    """What anybody finds, who guesses addresses and sends nonsense."""
    world = life.world
    pages = "/ /healthz /readyz /metrics /metrics/ /debug /privacy /chat /advisor /favicon.ico /career".split()
    for path in (*pages, "/decide/nonsense", "/articles/nonsense", f"/advisor/cases/{'0' * 32}"):
        await world.public(path)
    for case in set(life.cases.values()):
        assert (await world.public(f"/advisor/cases/{case}"))[0] in (302, 303)
    for headers in ({}, {"Content-Type": "application/json"}):
        async with world.http.post(world.url + "/api/messages", data=b"{", headers=headers) as answer:
            world.received["anybody"].append(await answer.read())
    dan = OnTheWeb(world)
    await dan.opens()
    for case in set(life.cases.values()):
        for verb in ("chats.reply", "chats.reveal", "appointments.detail", "appointments.move", "stays.detail",
                     "stays.log", "chats.erase", "appointments.remark", "private.offer"):  # fmt: skip
            await does(dan, verb, case=case)
    for words in ("mine aftaler", "mine ønsker", "hvad gemmer I om mig?", "hvem er Kanariesen?"):
        await dan.says(words)
    world.received["stranger"] += [card.encode() for card in dan.heard]


@step
async def everybody_reads_everything(life):
    """All pages that any of the staff can reach by links, and those of her cases that nobody gave them a link to."""
    with quietly():
        for staff in STAFF:
            desk = await life.world.desk(staff)
            pages = await desk.crawls(only_cases=staff not in ("bo", "carla", "hanne", "henrik", "vera"))
            for case in sorted(set(life.cases.values())):
                for path in (f"/advisor/cases/{case}", f"/desk/placements/{case}"):
                    if path not in pages:
                        await desk.reads(path)
            await desk.reads_news()


async def counts(database):
    """How many rows each table has."""
    async with database.engine.connect() as connection:
        names = [row[0] for row in await connection.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))]
        return {
            name: await connection.scalar(text(f'SELECT count(*) FROM "{name}"'))
            for name in names
            if not name.startswith("sqlite_")
        }
