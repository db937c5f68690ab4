"""Help is shown when somebody may hurt themselves, and not because somebody works with those who do."""

import re
import sys
import tomllib
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from dialogs import safety
from dialogs.safety import sounds_acute

ACUTE = """
jeg gider ikke leve mere
vil bare dø
jeg skærer i mig selv
har tænkt på at gøre en ende på det
kan ikke mere, vil ikke være her længere
tager livet af mig
selvmordstanker
i want to kill myself
i don't want to be alive
hurting myself
jeg vil lære om selvskade fordi jeg selv skærer i mig
min kollega siger at hun vil tage sit liv
Jeg har selvmordstanker
jeg har haft selvmordstanker i lang tid
jeg går rundt med selvmordstanker på arbejdet
Jeg går på arbejde med selvmordstanker hver dag
mine selvmordstanker er kommet tilbage
har selv haft selvmordstanker
jeg tænker på selvmord
tænker meget på at dø
jeg tænker tit på døden
jeg vil ikke leve
jeg vil ik leve mer
gider ik lev mer
orker ikke at leve længere
a vil it leve mere
æ gider it leve mæ
jeg har ikke lyst til at leve
har ingen lyst til livet
jeg har mistet lysten til at leve
mistet livslysten
jeg magter ikke livet mere
jeg er træt af livet
så træt af at leve
livet er ikke værd at leve
har ikke noget at leve for
jeg har intet at leve for
der er ingen grund til at leve
ser ingen mening med livet
hvorfor skal jeg overhovedet leve
vil ikke være her mere
jeg orker ikke at være her længere
jeg ville ønske jeg aldrig var født
gid jeg ikke fandtes
ville ønske jeg var død
bare jeg var død
det ville være bedre hvis jeg var død
alle ville have det bedre uden mig
mine børn er bedre stillet uden mig
jeg er bare en byrde for alle
ingen ville savne mig
jeg har lyst til at forsvinde
vil bare væk fra det hele
jeg vil bare gerne dø
vil bare doe
jeg vil bare do
jeg vil gerne dør
jeg har lyst til at dø
håber jeg dør snart
jeg håber ikke jeg vågner i morgen
jeg vil bare sove og aldrig vågne igen
lad mig dø
jeg skal nok dø snart, det har jeg besluttet
jeg vil tage mit eget liv
jeg tager mit liv i aften
overvejer at tage livet af mig selv
jeg afslutter mit liv
vil ende det hele
jeg vil gøre en ende på det hele nu
jeg har lyst til at slå mig selv ihjel
jeg slår mig ihjel
har planlagt hvordan jeg vil dø
jeg har skrevet et afskedsbrev
hopper ud foran toget i morgen
jeg vil springe ud fra broen
kaster mig foran et tog
jeg kører ind i et træ på vej hjem
jeg hænger mig
jeg har taget en overdosis
vil tage alle mine piller
har taget et helt glas panodiler
jeg skærer mig
jeg skærer i mine arme
jeg skar i mig selv i går
jeg cutter
jeg cutter mig selv
jeg skader mig selv
jeg gør mig selv ondt
har gjort skade på mig selv
jeg slår mig selv
brænder mig selv med cigaretter
jeg selvskader
jeg har selvskadet siden jeg var 15
er bange for hvad jeg kan finde på
jeg er bange for mig selv
jeg er bange for at gøre noget dumt
jeg kan ikke mere
jeg ka ik mer
kan ikke mere og ved ikke hvad jeg skal gøre
orker ikke mere
jeg kan ikke holde det ud mere
kan ikke se nogen udvej
alt er håbløst
jeg har mistet håbet
har brug for hjælp til mine tanker om selvmord
jeg har brug for hjælp mod selvskade
SELVMORD
selvmrod
jeg har selmordstanker
selv mord
sælvmordstanker
jeg er suicidal
selvmords tanker
jeg vil dø 😭
jeg vil... bare dø
Hej. Jeg er sygeplejerske. Jeg vil ikke leve mere. Hvad gør jeg?
jeg ville høre om snusepraktik men ærligt jeg har bare lyst til at dø
patienterne er søde men jeg vil ikke leve længere
jeg arbejder med selvskade og nu skærer jeg også i mig selv
min ven siger han vil dø
min kollega har selvmordstanker
en kollega har talt om selvmord
hun truer med at tage livet af sig
han siger han ikke vil leve mere
min datter skærer i sig selv
min mand slår mig
min kæreste truer med at slå mig ihjel
griner så jeg er ved at dø af grin, men jeg har selvmordstanker
i want to die
i wanna die
I just want to die
wish i was dead
I wish I were dead
i dont want to live anymore
i don’t want to be here anymore
I want to end my life
i want to end it all
thinking about taking my own life
i'm suicidal
i have suicidal thoughts
im thinking about suicide
i cut myself
i keep hurting myself
I've been self-harming
self harm
everyone would be better off without me
no reason to live
i can't go on
I can't do this anymore
tired of living
i wish i would never wake up
my colleague says she wants to kill herself
i am going to jump off a bridge
i want to unalive myself
kms
suicde
"""

CALM = """
jeg vil gerne i snusepraktik et sted der arbejder med selvskade
kursus i selvmordsforebyggelse
patienter med selvmordstanker
jeg vil lære om selvskade
I want to learn about self-harm care
jeg er ved at dø af grin
træt til døden
jeg er dødtræt
deadline
det slår mig ihjel med alle de skemaer
selvmordsforebyggelse
Har I en artikel om selvmordsforebyggelse?
findes der et kursus om selvskade?
jeg vil gerne vide mere om selvskade hos unge
jeg arbejder i psykiatrien med unge der skærer i sig selv
hvordan taler man med patienter der har selvmordstanker
snusepraktik på et afsnit for patienter med selvskadende adfærd
jeg har erfaring med selvskade fra mit nuværende job
jeg har taget kursus i selvmordsforebyggelse
jeg har i mange år haft interesse for selvmordsforebyggelse
jeg søger viden om selvskade og selvmord
kursus i selvskade og selvmord
afdeling for selvmordsforebyggelse
Klinik for selvmordsforebyggelse søger sygeplejerske
jeg vil skrive en artikel om selvmord blandt læger
behandling af selvskade
screening for selvmordsrisiko
selvmordsrisikovurdering
ambulatorium for suicidale patienter
vil gerne arbejde med selvmordstruede unge
jeg passer suicidale patienter
forebyggelse af selvmord
temadag om selvskade
patienter som ikke vil leve mere
jeg vil gerne hjælpe patienter med at dø værdigt
jeg vil gerne arbejde et sted hvor man taler om døden
hospice, palliation og døende patienter
jeg vil gerne arbejde med døende
samtaler om liv og død
sorg og død
jeg dør af grin
jeg var ved at dø af varme på nattevagten
jeg er ved at dø af nysgerrighed
jeg keder mig ihjel
arbejder mig ihjel
vi slår tiden ihjel
jeg er død træt efter nattevagten
jeg kan ikke leve op til kravene
jeg kan ikke leve af lønnen
jeg kan ikke mere dansk end det
jeg gider ikke nattevagter mere
jeg gider ikke være leder mere
jeg vil ikke arbejde her længere
jeg vil ikke være på den afdeling længere
jeg vil væk fra nattevagterne
jeg vil gerne videre
jeg vil gerne skifte job
jeg har skåret mig på en skalpel
jeg skar mig i fingeren
jeg hænger mig i detaljer
jeg vil kaste mig ud i noget nyt
jeg vil springe ud i noget nyt
jeg vil tage mit arbejdsliv op til overvejelse
jeg vil afslutte mit forløb
jeg vil gerne afslutte min sag
slet alt om mig
jeg drukner i arbejde
min leder slår aldrig op hvem der har søgt
vi er ved at gøre en ende på ventelisten
jeg vil gerne i praktik på intensiv
hvornår er der deadline for ansøgning
jeg har brug for hjælp til min ansøgning
jeg er bange for at skifte job
jeg er bange for at gøre noget forkert på vagten
jeg vil ikke have at min leder ser det
jeg er træt af nattevagter
jeg er træt af mit job
kan du hjælpe mig med at finde et sted i livet med mening
jeg vil have et bedre arbejdsliv
hvad kan jeg leve af som social- og sundhedsassistent
jeg brænder for børn og unge
jeg brænder for psykiatri
der er ingen mening i de vagtplaner
jeg kan ikke se nogen ledige tider
jeg kan ikke finde ud af det
jeg kan ikke komme til den tid
kan jeg ikke være anonym mere?
jeg vil ikke leve med uvisheden om vagtplanen, jeg skal arbejde for at leve op til den
jeg skal op til eksamen og er dødnervøs
den maskine tager tid
hvad sker der med min pension hvis jeg dør
jeg vil have en to do liste
jeg tager livet stille og roligt
tag det roligt
jeg tager en dag ad gangen
jeg skal tage medicin på vagten
jeg uddeler medicin og piller
patienten tog alle sine piller som aftalt
jeg skriver om livet som sygeplejerske
jeg vil lære at tale med pårørende om døden
I want to work with suicidal patients
course in suicide prevention
shadowing on a ward for self-harm
articles about suicide among doctors
I work with young people who self-harm
this paperwork is killing me
I'm dying to know more about the placement
dead tired after the night shift
I don't want to live in Copenhagen
I want to be here for my patients
I do not want my manager to know
what do I do next?
I want to do something new
I cut myself on a scalpel at work
I can't go to the appointment on Monday
I'd like to end my placement
thanks, that's all
hej
tak for hjælpen
ja
1
"""


def _lines(block: str) -> list[str]:
    return block.strip().split("\n")


@pytest.mark.parametrize("text", _lines(ACUTE))
def test_help_is_shown(text):
    assert sounds_acute(text)


@pytest.mark.parametrize("text", _lines(CALM))
def test_nobody_is_bothered(text):
    assert not sounds_acute(text)
