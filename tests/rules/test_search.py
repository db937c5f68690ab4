"""Real questions, typed the way people type, against the articles we ship."""

from functools import cache
from pathlib import Path

import pytest
from conftest import A_MONDAY
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import synonyms
from knowledge.articles import page_of
from knowledge.files import as_article, read_file
from knowledge.search import Hit, Index, Page, Passage, Question, is_sure, split_passages

ARTICLES = Path(__file__).parents[2] / "knowledge" / "articles"

# The search was tuned on this table: a question, the region its asker works in, the articles that are a good answer.
ANSWERED = [
    # in whole sentences
    ("hvad kan karrierekontoret hjælpe med", "hovedstaden", "rh-01"),
    ("hvem arbejder i karrierekontoret", "hovedstaden", "rh-01"),
    ("kan jeg snakke med nogen om at skifte job uden min chef får det at vide", "hovedstaden", "rh-02"),
    ("er samtalen anonym eller får min leder besked", "hovedstaden", "rh-02"),
    ("hvor lang tid kan man komme på udveksling", "hovedstaden", "rh-03"),
    ("hvor længe skal jeg have været ansat før jeg kan søge et ophold på en anden afdeling", "hovedstaden", "rh-03"),
    ("hvad er snusepraktik", "hovedstaden", "rh-04"),
    ("må jeg følge en kollega på et andet speciale et par dage", "hovedstaden", "rh-04"),
    ("jeg overvejer at sige op, hvad skal jeg gøre", "hovedstaden", "rh-05"),
    ("jeg gider ikke mit job mere, skal jeg bare sige op", "hovedstaden", "rh-05"),
    ("får jeg min løn mens jeg er i praktik et andet sted", "hovedstaden", "rh-06"),
    ("hvad med mine tillæg når jeg er ude på et andet hospital", "hovedstaden", "rh-06"),
    ("kan jeg bytte plads med en fra en anden afdeling", "hovedstaden", "rh-07"),
    ("hvad koster det afdelingen at sende en medarbejder på ophold", "hovedstaden", "rh-08"),
    ("hvem betaler for en vikar når jeg er væk", "hovedstaden", "rh-08 rh-07"),
    ("hvem er min leder mens jeg er på udveksling", "hovedstaden", "rh-09"),
    ("vi skal have en på besøg i vores afdeling hvad kræver det af os", "hovedstaden", "rh-10"),
    ("min afdeling lukker, kan jeg blive omplaceret", "hovedstaden", "rh-11"),
    ("hvor mange penge er der sat af til karrierekontoret", "hovedstaden", "rh-12"),
    ("er der ledige stillinger på andre specialer", "hovedstaden", "rh-13"),
    ("hvorfor siger folk op hos os", "hovedstaden", "rh-14"),
    ("har jeg ret til at gå op på fuld tid", "hovedstaden", "rh-15"),
    ("hvor mange sygeplejersker arbejder på fuld tid", "hovedstaden", "rh-16"),
    ("jeg er 62, hvad kan jeg snakke med min leder om til mus", "hovedstaden", "rh-17"),
    ("er der kurser for erfarne sygeplejersker", "hovedstaden", "rh-18"),
    ("kompetenceudvikling på bornholm", "hovedstaden", "rh-18"),
    ("foredrag med chris mcdonald", "hovedstaden", "rh-19"),
    ("hvordan bliver jeg klinisk vejleder", "hovedstaden", "rh-20"),
    ("jeg vil gerne være vagtplanlægger", "hovedstaden", "rh-21"),
    ("jeg har alt for mange weekendvagter", "hovedstaden", "rh-22"),
    ("hvordan bliver nye medarbejdere taget imod", "hovedstaden", "rh-23"),
    ("vores afdeling har lav trivsel, hvem kan hjælpe", "hovedstaden", "rh-24"),
    ("hvad er god ledelse her i regionen", "hovedstaden", "rh-25"),
    ("hvad er uddannelsesstrategien", "hovedstaden", "rh-26"),
    ("hvor finder jeg kurser og efteruddannelse på nettet", "hovedstaden", "rh-27"),
    ("hedeture på arbejdet", "hovedstaden", "rh-28"),
    ("mangfoldighed på arbejdspladsen", "hovedstaden", "rh-29"),
    ("hvad går det handler om arbejdsliv ud på", "hovedstaden", "rh-30"),
    ("hvad skete der på omsorgskonferencen", "hovedstaden", "rh-31"),
    ("praktik for sosu elever", "hovedstaden", "rh-32"),
    ("hvad sagde de unge på ungetopmødet", "hovedstaden", "rh-33"),
    ("robotter der tager papirarbejdet", "hovedstaden", "rh-34"),
    ("jeg er gået ned med stress", "sjaelland", "rs-01"),
    ("hvem kan jeg tale med efter en voldsom oplevelse på vagten", "sjaelland", "rs-01"),
    ("jeg er gravid, hvad må jeg på arbejdet", "sjaelland", "rs-02"),
    ("jeg har ondt i ryggen af at løfte", "sjaelland", "rs-03"),
    ("hvem kan hjælpe mig med sygedagpenge og kommunen", "sjaelland", "rs-04"),
    ("jeg har været sygemeldt længe", "sjaelland", "rs-04"),
    ("kursus i konflikthåndtering", "sjaelland", "rs-05"),
    ("jeg er ny arbejdsmiljørepræsentant, hvilke kurser skal jeg på", "sjaelland", "rs-06"),
    ("vi skal lægges sammen med en anden afdeling, kan vi få hjælp", "sjaelland", "rs-07"),
    ("hvad gik pengene fra arbejdsmiljøpuljen til", "sjaelland", "rs-08"),
    ("hvilke lederkurser findes der", "sjaelland", "rs-09"),
    ("jeg er leder og har brug for sparring", "sjaelland", "rs-10"),
    ("kan jeg få en firedages uge når jeg bliver ældre", "sjaelland", "rs-11"),
    ("kan jeg komme i fleksjob", "sjaelland", "rs-12"),
    ("får jeg penge for at køre mellem to hospitaler", "sjaelland", "rs-13"),
    ("introduktion for nyuddannede sygeplejersker", "sjaelland", "rs-14"),
    ("jeg gør rent og vil gerne videre", "sjaelland", "rs-15"),
    ("hvor søger jeg job i regionen", "sjaelland", "rs-16"),
    ("udenlandsk læge evalueringsansættelse", "sjaelland", "rs-17"),
    ("hvad handler ok24 om", "sjaelland", "rs-18"),
    ("karriereveje for social- og sundhedsassistenter", "midtjylland", "rm-01"),
    ("hvor mange sosuer kommer der til at mangle", "midtjylland", "rm-02"),
    ("hvor mange sosu assistenter er på fuld tid", "midtjylland", "rm-03"),
    ("fritidsjob til unge", "midtjylland", "rm-04"),
    ("må vi bruge kunstig intelligens i hverdagen", "midtjylland", "rm-05"),
    ("er der plads til folk med særlige behov", "midtjylland", "rm-06"),
    ("rekruttering fra udlandet", "midtjylland", "rm-07"),
    ("hvad anbefaler udvalget for personale", "midtjylland", "rm-08"),
    # slips of the finger
    ("anonym samtale om min karierre", "hovedstaden", "rh-02"),
    ("snuseprakitk i psykiatrien", "hovedstaden", "rh-04"),
    ("klinsk vejleder", "hovedstaden", "rh-20"),
    ("jeg har fået stres og kan ikke sove", "sjaelland", "rs-01"),
    ("udvekslings opold hvor længe", "hovedstaden", "rh-03"),
    ("fleskjob", "sjaelland", "rs-12"),
    ("konflikthåntering", "sjaelland", "rs-05"),
    ("overgansalder", "hovedstaden", "rh-28"),
    # without æ, ø and å
    ("lon under udveksling", "hovedstaden", "rh-06"),
    ("hvor laenge kan jeg vaere i snusepraktik", "hovedstaden", "rh-04"),
    ("stressraadgivning", "sjaelland", "rs-01"),
    ("hvornar er naeste trivselsmaling", "hovedstaden", "rh-24"),
    ("hvor mange jordmodre er pa fuldtid", "hovedstaden", "rh-16"),
    ("vagtplanlaegger uddannelse", "hovedstaden", "rh-21"),
    ("gravid sygeplejerske pa nattevagt", "sjaelland", "rs-02"),
    # compounds split and joined
    ("kan jeg komme på snuse praktik", "hovedstaden", "rh-04"),
    ("karriere kontor", "hovedstaden", "rh-01"),
    ("vagt planlægger kursus", "hovedstaden", "rh-21"),
    ("overgangs alder og job", "hovedstaden", "rh-28"),
    ("uddannelses univers", "hovedstaden", "rh-27"),
    ("fuldtids stilling", "hovedstaden", "rh-15"),
    ("social rådgiver", "sjaelland", "rs-04"),
    ("krise hjælp", "sjaelland", "rs-01"),
    ("seniordage", "sjaelland", "rs-11"),
    ("ok 24", "sjaelland", "rs-18"),
    ("ledersparring", "sjaelland", "rs-10"),
    # a word or two
    ("optima", "hovedstaden", "rh-22"),
    ("region h match", "hovedstaden", "rh-11"),
    ("mindfulness", "sjaelland", "rs-05"),
    ("fellowship", "hovedstaden", "rh-18"),
    ("bytte job", "hovedstaden", "rh-07"),
    ("rpa", "hovedstaden", "rh-34"),
    ("portør", "sjaelland", "rs-15"),
    ("pejlemærker", "hovedstaden", "rh-25"),
    # in English
    ("I want to talk to someone without my manager knowing", "hovedstaden", "rh-02"),
    ("can i try another department", "hovedstaden", "rh-04 rh-03 rh-05"),
    ("shadowing another ward for a couple of days", "hovedstaden", "rh-04"),
    ("I am thinking about quitting my job", "hovedstaden", "rh-05"),
    ("do I keep my salary during a placement", "hovedstaden", "rh-06"),
    ("can I swap jobs with a colleague", "hovedstaden", "rh-07"),
    ("what does the career office do", "hovedstaden", "rh-01"),
    ("how do I become a clinical supervisor", "hovedstaden", "rh-20"),
    ("am I entitled to work full time", "hovedstaden", "rh-15"),
    ("menopause at work", "hovedstaden", "rh-28"),
    ("help with stress", "sjaelland", "rs-01"),
    ("I am pregnant and work night shifts", "sjaelland", "rs-02"),
    ("I am a foreign nurse, how can I work in Denmark", "sjaelland", "rs-17"),
    ("where can I find vacant jobs in Region Zealand", "sjaelland", "rs-16"),
    ("career paths for care assistants", "midtjylland", "rm-01"),
]

# Questions of the same length and tone that no article answers.
UNANSWERED = [
    # about work, but not in the articles
    "hvad tjener en overlæge i region nord",
    "hvad er telefonnummeret til karrierekontoret",
    "hvornår har karrierekontoret åbent på lørdag",
    "jeg har glemt min adgangskode",
    "hvordan kommer jeg på wifi",
    "hvornår bliver lønnen udbetalt",
    "kan jeg få fri på barns første sygedag",
    "hvor mange feriedage har jeg tilbage",
    "hvad er mit opsigelsesvarsel som sygeplejerske",
    "hvor henter jeg en ren kittel",
    "hvor må jeg parkere ved rigshospitalet",
    "printeren virker ikke",
    "hvordan indberetter jeg en utilsigtet hændelse",
    "hvornår er der julefrokost på afdelingen",
    "hvor meget får jeg i kørselsgodtgørelse pr kilometer",
    "kan jeg få et nyt id kort",
    # patients
    "min patient er faldet, hvad gør jeg",
    "hvor meget paracetamol må et barn få",
    "hvornår er der besøgstid på intensiv",
    "hvornår kommer mit blodprøvesvar",
    "jeg skal bestille tid til en vaccination",
    "hvad er symptomerne på lungebetændelse",
    # everything else
    "hvad får vi til frokost i kantinen",
    "bliver det regnvejr i morgen",
    "hvad er klokken",
    "hvem vandt valget",
    "skriv et digt om sommeren",
    "opskrift på lasagne",
    "hvornår går bussen til herlev",
    "må jeg tage min hund med på arbejde",
    "asdf qwer zxcv",
    # in English
    "how do I reset my password",
    "what is on the canteen menu today",
    "who won the football match",
    "my patient has a fever",
    "what is the phone number of the payroll office",
]

# Ranking was never tuned on these: written before they were tried, to see how the search does on what is new to it.
# (The threshold ANSWERS was read off both tables.)
FRESH = [
    ("hvad laver en karriererådgiver", "hovedstaden", "rh-01 rh-02"),
    ("skal min leder godkende at jeg taler med en rådgiver", "hovedstaden", "rh-02"),
    ("hvor mange måneder kan et ophold vare", "hovedstaden", "rh-03"),
    ("jeg vil bare kigge med på en anden afdeling i nogle dage", "hovedstaden", "rh-04"),
    ("alternativer til opsigelse", "hovedstaden", "rh-05"),
    ("mister jeg penge hvis jeg tager på udveksling", "hovedstaden", "rh-06"),
    ("hvordan fungerer et bytte mellem to afdelinger", "hovedstaden", "rh-07"),
    ("tomme vagter når en kollega er væk på ophold", "hovedstaden", "rh-08"),
    ("hvem bestemmer over mig under opholdet", "hovedstaden", "rh-09"),
    ("oplæring af en gæst på vores afsnit", "hovedstaden", "rh-10 rh-08"),
    ("forskel på region h match og karriererådgivning", "hovedstaden", "rh-11"),
    ("budget for karrierekontoret", "hovedstaden", "rh-12"),
    ("vakante stillinger", "hovedstaden", "rh-13"),
    ("hvad er årsagerne til at medarbejdere stopper", "hovedstaden", "rh-14"),
    ("kan min leder nægte mig fuldtid", "hovedstaden", "rh-15"),
    ("antal fuldtidsansatte radiografer", "hovedstaden", "rh-16"),
    ("seniorsamtale", "hovedstaden", "rh-17"),
    ("patientsikkerhedskursus for erfarne", "hovedstaden", "rh-18"),
    ("oplæg for servicepersonale og portører", "hovedstaden", "rh-19"),
    ("hvad kræver det at vejlede studerende", "hovedstaden", "rh-20"),
    ("uddannelse til at lave vagtplaner", "hovedstaden", "rh-21"),
    ("kan vi fordele weekenderne mere retfærdigt", "hovedstaden", "rh-22"),
    ("onboarding af nyansatte", "hovedstaden", "rh-23"),
    ("trivselsmåling hvor tit", "hovedstaden", "rh-24"),
    ("lederudviklingsprogram", "hovedstaden", "rh-25"),
    ("hvad er regionens strategi for uddannelse", "hovedstaden", "rh-26"),
    ("uddannelsesunivers regionh", "hovedstaden", "rh-27"),
    ("overgangsalderen påvirker mit arbejde", "hovedstaden", "rh-28"),
    ("inkluderende arbejdsplads", "hovedstaden", "rh-29"),
    ("hvilke fem mål har regionen for arbejdslivet", "hovedstaden", "rh-30"),
    ("omsorg i fremtidens sundhedsvæsen", "hovedstaden", "rh-31"),
    ("trivsel blandt lærlinge", "hovedstaden", "rh-32"),
    ("hvad mener de unge om deres ledere", "hovedstaden", "rh-33"),
    ("automatisering i sundhedsplatformen", "hovedstaden", "rh-34"),
    ("jeg har det psykisk dårligt på grund af arbejdet", "sjaelland", "rs-01"),
    ("rådgivning til gravide", "sjaelland", "rs-02"),
    ("kroniske smerter", "sjaelland", "rs-03"),
    ("hvad er 3-8-15 samtaler", "sjaelland", "rs-04"),
    ("jeg vil gerne have bedre balance mellem arbejde og fritid", "sjaelland", "rs-05"),
    ("med uddannelse for tillidsfolk", "sjaelland", "rs-06"),
    ("vores enhed har højt sygefravær kan vi få en konsulent", "sjaelland", "rs-07"),
    ("hvor mange millioner er der i arbejdsmiljøpuljen", "sjaelland", "rs-08"),
    ("kursus for ledere i forandringer", "sjaelland", "rs-09"),
    ("coaching til ledere", "sjaelland", "rs-10"),
    ("nedsat tid for ældre medarbejdere med fuld pension", "sjaelland", "rs-11"),
    ("flexjob i service", "sjaelland", "rs-12"),
    ("jeg skal arbejde på to matrikler", "sjaelland", "rs-13"),
    ("hvordan starter jeg som nyansat", "sjaelland", "rs-14"),
    ("ufaglært og vil have en uddannelse", "sjaelland", "rs-15"),
    ("en indgang jobansøgning", "sjaelland", "rs-16"),
    ("sprogundervisning til udenlandske sygeplejersker", "sjaelland", "rs-17"),
    ("overenskomst 2024", "sjaelland", "rs-18"),
    ("flere mænd i sosu faget", "midtjylland", "rm-01"),
    ("mangel på social og sundhedspersonale i 2034", "midtjylland", "rm-02"),
    ("seniorer på deltid", "midtjylland", "rm-03"),
    ("unge ambassadører", "midtjylland", "rm-04"),
    ("ai paa arbejdspladsen", "midtjylland", "rm-05"),
    ("rummelig arbejdsplads", "midtjylland", "rm-06"),
    ("sygeplejersker fra eu lande", "midtjylland", "rm-07"),
    ("udvalgets materiale", "midtjylland", "rm-08"),
    ("how long can an exchange last", "hovedstaden", "rh-03"),
    ("who pays me while I am away on exchange", "hovedstaden", "rh-06 rh-08"),
    ("is the conversation with an advisor anonymous", "hovedstaden", "rh-02"),
    ("too many weekend shifts", "hovedstaden", "rh-22"),
    ("senior employee options", "hovedstaden", "rh-17 rh-18"),
    ("leadership courses", "sjaelland", "rs-09"),
    ("flexible job after illness", "sjaelland", "rs-12"),
    ("onboarding for new nurses", "sjaelland", "rs-14"),
    ("artificial intelligence at work", "midtjylland", "rm-05"),
    ("I need crisis counselling after an incident", "sjaelland", "rs-01"),
]

FRESH_UNANSWERED = [
    "hvad er koden til medicinrummet",
    "hvornår åbner cafeen",
    "kan jeg få forskud på min løn",
    "hvor melder jeg mig syg i dag",
    "hvem har vagten i nat",
    "hvordan bestiller jeg en tolk til en patient",
    "hvad er normalt blodtryk",
    "hvor ligger afdeling 3 nord",
    "min computer er gået i stykker",
    "hvordan bruger jeg kaffemaskinen",
    "hvilken dag falder påsken",
    "hvad hedder statsministeren",
    "hvordan laver jeg en rejseafregning",
    "hvad er grundlønnen for en social- og sundhedshjælper",
    "må jeg have neglelak på",
    "hvordan lægger jeg et venflon",
    "hvor får jeg en vaccine mod influenza",
    "hvornår er deadline for ferieønsker",
    "hvor lang er barselsorloven for fædre",
    "er der rabat i fitness",
    "when does the train leave",
    "how do I book a meeting room",
    "what is my holiday balance",
    "where can I park my car",
    "kan du anbefale en god film",
    "tillykke med fødselsdagen",
    "hvordan opsiger jeg mit abonnement",
    "hvad koster en bolig i københavn",
]


@cache
def pages() -> tuple[Page, ...]:
    return tuple(page_of(as_article(read_file(path), A_MONDAY)) for path in sorted(ARTICLES.glob("*.md")))


@cache
def index() -> Index:
    """As it is without the package that compares meanings."""
    index = Index()
    index.explain(synonyms.shipped())
    for page in pages():
        index.put(page)
    return index


def find(question: str, region: str = "", limit: int = 10) -> list[Hit]:
    return index().find(Question(question), region, limit)


def answers(table: list[tuple[str, str, str]]) -> list[tuple[list[Hit], list[str]]]:
    return [(find(question, region), right.split()) for question, region, right in table]


def first(hits: list[Hit], right: list[str]) -> bool:
    return bool(hits) and hits[0].page.id in right


def among_three(hits: list[Hit], right: list[str]) -> bool:
    return any(hit.page.id in right for hit in hits[:3])


# The floors leave two or three questions' room under what was measured on the first 75 articles; it stands behind them.


def test_the_right_article_comes_first():
    found = answers(ANSWERED)
    missed = [
        question for (question, _, _), (hits, right) in zip(ANSWERED, found, strict=True) if not first(hits, right)
    ]
    assert len(missed) <= 5, missed
    assert sum(among_three(hits, right) for hits, right in found) >= 114


def test_what_is_answered_outright_is_mostly_right():
    found = answers(ANSWERED)
    assert sum(is_sure(hits) and first(hits, right) for hits, right in found) >= 105  # 108
    assert sum(is_sure(hits) and not first(hits, right) for hits, right in found) <= 4


def test_what_no_article_answers_is_not_answered():
    too_sure = [question for question in UNANSWERED if is_sure(find(question))]
    assert len(too_sure) <= 5, too_sure  # 4 of 36


def test_questions_never_seen_before():
    found = answers(FRESH)
    assert sum(first(hits, right) for hits, right in found) >= 65  # 68 of 70
    assert sum(among_three(hits, right) for hits, right in found) >= 67
    assert sum(is_sure(hits) and not first(hits, right) for hits, right in found) <= 4  # 2
    assert sum(is_sure(find(question)) for question in FRESH_UNANSWERED) <= 6  # 5 of 28


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("hvad er snusepraktik", "rh-04"),
        ("hvordan bliver jeg klinisk vejleder", "rh-20"),
        ("har jeg ret til at gå op på fuld tid", "rh-15"),
        ("I want to talk to someone without my manager knowing", "rh-02"),
        ("stressraadgivning", "rs-01"),
        ("kan jeg komme i fleksjob", "rs-12"),
    ],
)
def test_what_everybody_asks_is_answered_without_knowing_their_region(question, right):
    hits = find(question)
    assert hits[0].page.id == right
    assert is_sure(hits)


def test_the_passage_that_answers_is_shown():
    question = Question("hvor længe kan en snusepraktik vare")
    assert "vare" in index().passages(index().find(question)[0].page, question)[0].heading


def test_who_asks_what_a_thing_is_is_told_so_first():
    question = Question("hvad er snusepraktik?")
    assert index().passages(index().find(question)[0].page, question)[0].anchor == "top"


def test_an_english_question_finds_the_english_article():
    assert find("what is a taster stay")[0].page.language == "en"


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("do I keep my salary during a placement", "rh-06"),
        ("menopause at work", "rh-28"),
        ("how do I become a clinical supervisor", "rh-20"),
        ("too many weekend shifts", "rh-22"),
        ("flexible job after illness", "rs-12"),
    ],
)
def test_an_english_question_finds_the_danish_article_where_there_is_no_other(question, right):
    danish = Index()
    danish.explain(synonyms.shipped())
    for page in pages():
        if page.language == "da":
            danish.put(page)
    assert right in [hit.page.id for hit in danish.find(Question(question))[:2]]


def test_an_article_is_found_once_and_the_best_first():
    hits = find("løn under ophold", limit=6)
    assert len({hit.page.id for hit in hits}) == len(hits) == 6
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def page(article_id: str, title: str, text: str, *, region: str = "", questions: tuple[str, ...] = ()) -> Page:
    return Page(article_id, "da", title, region, (), questions, (Passage("", "top", text),))


TWO_REGIONS = (
    page("a-1", "Seniorordning", "En seniorordning kan aftales med lederen.", region="hovedstaden"),
    page("b-1", "Seniorordning", "En seniorordning kan aftales i personaleudvalget.", region="sjaelland"),
    page("b-2", "Bytte", "To kolleger bytter.", region="sjaelland", questions=("Må vi rokere?",)),
)


def holding(*articles: Page) -> Index:
    index = Index()
    for article in articles:
        index.put(article)
    return index


@pytest.mark.parametrize(("region", "best"), [("hovedstaden", "a-1"), ("sjaelland", "b-1")])
def test_ones_own_region_comes_first_and_hides_no_other(region, best):
    hits = holding(*TWO_REGIONS).find(Question("seniorordning"), region)
    assert hits[0].page.id == best
    assert {hit.page.id for hit in hits} == {"a-1", "b-1"}
    assert [hit.nearby for hit in hits] == [True, False]


def test_an_article_is_found_by_its_example_questions():
    assert holding(*TWO_REGIONS).find(Question("rokere"))[0].page.id == "b-2"


@pytest.mark.parametrize("question", ["", "  ", "?!", "hvad er det", "the", "🙂", "a" * 10_000])
def test_nothing_asked_is_nothing_found(question):
    assert find(question) == []


def test_an_empty_index_finds_nothing():
    assert Index().find(Question("snusepraktik")) == []


@given(st.text())
def test_coverage_is_a_share(question):
    assert all(0 < hit.coverage <= 1.0001 for hit in find(question))


# -- articles come and go, and nothing is rebuilt --


def seen(index: Index, question: str) -> list[tuple[str, float]]:
    return [(hit.page.id, round(hit.score, 4)) for hit in index.find(Question(question))]


@settings(max_examples=15)
@given(st.lists(st.integers(0, 19), max_size=8), st.lists(st.integers(0, 19), max_size=8))
def test_it_does_not_matter_how_the_articles_came_to_be_there(more, fewer):
    """Added, replaced or taken out in any order, the index answers like one that was made of what is left."""
    some = pages()[:20]
    lived = holding(*some)
    for number in fewer:
        lived.drop(some[number].key)
    for number in more:
        lived.put(some[number])
    left = [one for number, one in enumerate(some) if number not in fewer or number in more]
    fresh = holding(*left)
    for question in ("hvad er snusepraktik", "løn under ophold", "kan jeg sige op", "career guidance"):
        assert seen(lived, question) == seen(fresh, question)


def test_a_changed_article_answers_from_its_new_text_only():
    index = holding(*TWO_REGIONS)
    index.put(page("b-2", "Bytte", "To kolleger skifter vagter.", region="sjaelland"))
    assert index.find(Question("rokere")) == []
    assert index.find(Question("vagter"))[0].page.id == "b-2"


BODY = """
Snusepraktik er et kort ophold.

## Hvor længe kan det vare?

Få dage.

### Og mere?

Op til en uge.

## Hvem betaler løn?
Din egen afdeling.

## Hvem betaler løn?
Det samme igen.

## ???
"""


def test_an_article_is_cut_at_its_headings():
    assert split_passages(BODY) == [
        ("", "top", "Snusepraktik er et kort ophold."),
        ("Hvor længe kan det vare?", "hvor-laenge-kan-det-vare", "Få dage.\n\n### Og mere?\n\nOp til en uge."),
        ("Hvem betaler løn?", "hvem-betaler-loen", "Din egen afdeling."),
        ("Hvem betaler løn?", "hvem-betaler-loen-2", "Det samme igen."),
        ("???", "section", ""),
    ]


def test_a_text_without_headings_is_one_passage():
    assert split_passages("Kun dette.") == [("", "top", "Kun dette.")]
    assert split_passages("") == []


def test_every_passage_of_the_first_articles_has_its_own_address():
    for one in pages():
        anchors = [passage.anchor for passage in one.passages]
        assert len(set(anchors)) == len(anchors)
        assert all(anchor.isascii() and " " not in anchor for anchor in anchors)
