"""Help is shown when somebody may hurt themselves, and not because somebody works with those who do."""

import re
import sys
import tomllib
import unicodedata
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
Jeg søger kursus i ledelse, har selvmordstanker
jeg vil gerne på kursus i psykiatri, tænker på selvmord
jeg har arbejdet med patienter i ti år, overvejer selvmord
jeg har brug for akut hjælp
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
jeg kan snart ikke mere
Jeg har det så skidt at jeg overvejer at gøre noget ved mig selv
jeg har ikke lyst til at være i live
kunne bare ønske at jeg ikke vågnede i morgen tidlig
jeg tror det er bedst for alle hvis jeg ikke er her
alle er bedre tjent uden mig
jeg har en plan om at begå selvmord i weekenden
jeg har prøvet at tage livet af mig før
Forsøgte selvmord sidste år og nu er tankerne tilbage
jeg er så langt nede at jeg ikke vil leve
jeg orker ikke livet
hele tiden tanker om at det skal slutte
jeg vil bare have fred, jeg vil ikke være mere
jeg gider ikk mer. vil ikk leve
jeg har lyst til at skære i mig
kommer til at skære mig igen i aften
er begyndt at cutte igen
jeg slår hovedet ind i væggen for at straffe mig selv
jeg river mig til blods
jeg har brændt mig selv på armen med vilje
jeg har gemt piller så jeg kan tage dem alle sammen
vil hænge mig
jeg har tænkt på at køre ind foran en lastbil
tænker på at hoppe ud fra broen
Har købt et reb
jeg sidder på broen nu
jeg har sagt farvel til mine børn
dette er mit sidste ord til jer
jeg er ikke til mere efter i dag
min søster har skrevet at hun ikke kan mere og vil dø
min bror forsøgte at tage sit eget liv i nat
en ven skriver at han vil slå sig selv ihjel
min mand har skudt sig selv, nej han truer med det
hvad gør jeg når min kollega er selvmordstruet?
hun har sagt hun ikke vil leve
jeg kan ikke overskue at leve
jeg kan ikke holde livet ud
Jeg kan ikke klare det længere.
jeg føler mig så alene at jeg bare vil dø
jeg er fuldstændig færdig og vil dø
min eneste udvej er at dø
jeg ser ingen anden udvej end at dø
døden ville være en lettelse
jeg længes efter at dø
gad godt dø
jeg er klar til at dø
vil hellere være død end gå på arbejde
jeg har dødstanker
jeg hader mig selv og vil skade mig selv
jeg har det som om livet er slut
der er ikke noget at kæmpe for
livet giver ikke mening mere
alting er meningsløst og jeg vil ikke mere
jeg vil ikke mere
hjælp jeg vil dø
jeg er selvmordstruet
jeg er selvmordstruede patient nr 1 lol nej seriøst jeg vil dø
im done, i dont wanna live
I feel like killing myself
I've been thinking about ending my life
sometimes I wish I wasn't alive
i wish i wasnt here
I don't see the point in living
nobody would miss me if I was gone
i want it all to end
i have a plan to kill myself
ive taken an overdose
I took all my pills
I'm going to hurt myself tonight
my coworker told me he's suicidal
I can't take it anymore
I can not live like this
life isn't worth living
i am thinking of suicide
i just want to disappear forever
want to slit my wrists
æ vil it vær her mer
a ka it mer nu, a vil bare dø
vil bar dø
jeg vil begår selvmor
jeg skær i mi selv
jeg har selvmrdstanker
jag vil inte leva
jeg har fået så mange nattevagter at jeg overvejer at tage mit liv
Er det normalt at tænke på selvmord når man har stress?
kan I hjælpe en der har selvmordstanker
jeg er i behandling for selvskade og har det skidt
Jeg har skadet mig selv igen i nat
Jeg sidder med en kniv og ved ikke hvad jeg skal gøre af mig selv
jeg vil hellere dø end at tage en vagt til
efter skilsmissen har jeg bare haft lyst til at give slip på livet
jeg fantaserer om at falde i søvn og ikke stå op igen
kan man dø af 40 panodiler
hvor mange panodiler skal der til for at dø
hvordan begår man selvmord
hvordan gør man en ende på sit liv uden det gør ondt
det gør så ondt at leve
at leve gør ondt
jeg holder det ikke ud mere
jeg holder ikke til det længere
jeg er helt derude hvor jeg overvejer at hoppe
jeg har lyst til at køre i grøften med vilje
ingen lægger mærke til hvis jeg forsvinder
verden ville være et bedre sted uden mig
jeg er ikke noget værd og burde være død
jeg fortjener ikke at leve
jeg fortjener at dø
jeg tør ikke være alene med mig selv i aften
jeg er bange for at jeg gør skade på mig selv
jeg har det sort, tænker på at stoppe livet
har tænkt på at forlade denne verden
kan ikke mere... vil væk fra livet
jeg ønsker ikke at vågne i morgen
bare jeg kunne sove for evigt
jeg beder til at jeg ikke vågner
jeg kradser mig selv til det bløder
jeg slog mig selv så jeg blødte
jeg straffer mig selv med barberblade
jeg har snittet i armen igen
Jeg har skåret i mig selv siden gymnasiet og er startet igen efter nattevagterne
jeg har lavet et selvmordsforsøg
indlagt efter selvmordsforsøg, ved ikke om jeg kan komme tilbage på arbejde
jeg er i krise og tænker på at tage mit liv
min kæreste er død og nu vil jeg også bare dø
Min chef har mobbet mig så længe at jeg ikke ønsker at leve
pga mit arbejde har jeg fået selvmordstanker
mobning på arbejdet har givet mig selvmordstanker
stress på jobbet giver mig tanker om selvmord
på mit arbejde tænker jeg på selvmord
jeg arbejder på en afdeling med selvmordstruede og er selv blevet selvmordstruet
jeg læste om selvmord og nu kan jeg ikke stoppe med at tænke på det selv
jeg er sygeplejerske i psykiatrien og har selv selvmordstanker
ved ikke hvor jeg skal gå hen, har selvmordsplaner
jeg ser ikke anden løsning end selvmord
er selvmord en løsning
hun har taget en masse piller
min veninde har lige skrevet at hun tager livet af sig
en fra min afdeling skærer i sig selv
min kollega har forsøgt at tage sit liv
han har skrevet at han ikke vil være her mere
min søn siger han ikke gider leve
jeg tror min kollega vil gøre skade på sig selv
I'm thinking of ending it
i want out of this life
my life is over
i hate my life and want to end it
no one would care if i died
I have been cutting again
i burn myself
im so done with life
i'm going to overdose
Life has no meaning anymore, I want to be dead
I don't want to wake up tomorrow
i feel suicidal after my shifts
suicidle
i wanna kill my self
selvmord?
Jeg vil DØ
livet er noget lort og jeg gider ikke mere
gider ikk være her længere
Vil ikke mere!!!
jaj kan ikk mer
jeg orker ingenting og vil bare forsvinde
jeg overvejer om livet er værd at leve
Der er dage hvor jeg ikke vil leve mere
nogen gange tænker jeg at det ville være nemmere at være død
jeg ville ønske at jeg bare kunne dø
hvis bare jeg kunne forsvinde fra jordens overflade
jeg har svært ved at se hvorfor jeg skal blive ved med at leve
jeg har det som om jeg hellere ville være død
kan ikke finde en grund til at blive her i verden
jeg er selvmordstruet og har brug for hjælp nu
har fået tanker om at gøre mig selv noget
jeg har ridset mig i armen med en saks
jeg selvskader når jeg kommer hjem fra vagt
jeg er begyndt at skade mig selv igen
Jeg skar mig selv i nat
jeg har lyst til at slå mig ihjel
slår mig snart ihjel
overvejer hvordan jeg skal tage mit liv
jeg har tænkt meget over at tage livet af mig
jeg planlægger selvmord
selvmordsforsøg for 2 uger siden
jeg kan ikke mere nu
kan virkelig ikke mere
jeg kan bare ikke mere
jeg kan simpelthen ikke holde det ud
jeg kan ikke være i det mere, vil bare dø
jeg har opgivet livet
jeg har ikke mere at leve for
der er intet tilbage for mig
ingen kan hjælpe mig, jeg vil dø
jeg er fanget og eneste vej ud er døden
jeg vil gerne slippe for at leve
tænker på at hoppe ud foran et tog når jeg har fri
min kollega skriver hun har slugt en masse piller
min kollega skader sig selv
hendes mand fortalte at hun truer med selvmord
han vil hænge sig
Jeg er bange for at min kollega tager livet af sig
jeg gider sgu ikke leve mere
gider fandme ikk være her mere
jeg vil fucking dø
jeg vil ikke leve sådan her
orker ik livet mer
vil ik vågne op
jæ gidder ikke læve mere
jeg vil tage mig livet
I wish I could just die
i want to hurt myself
i keep thinking about killing myself
i dont see a reason to keep living
I am going to kill myself after my shift
life is not worth it anymore
I have thoughts of self harm
my friend is cutting herself
i feel like ending it all
I don't want to exist
he said he wants to die
jeg har det virkelig dårligt og har tanker om ikke at ville være her
nogle gange vil jeg bare ikke være til
jeg tænker at det var bedre om jeg ikke fandtes
jeg kan ikke se meningen med at leve længere
hvad er meningen med det hele, jeg vil dø
jeg er så træt af mig selv at jeg har lyst til at skære
har skåret i låret
har ar fordi jeg skærer i mig selv
jeg har set mig ud et sted hvor jeg vil gøre det, jeg vil dø
i aften gør jeg det, jeg tager alle pillerne
jeg har ikke kræfter til at leve
har ikke energi til at leve mere
Jeg er nået dertil hvor jeg hellere vil dø
føler mig selvmordstruet
Mine tanker er selvmordstanker
kan ikke slippe tanken om selvmord
jeg er bange for at jeg tager livet af mig
hvem kan jeg ringe til når jeg har selvmordstanker
har I et nummer til livslinien
jeg vil ha det til at stoppe, vil ikke leve
jeg vil bare dø. jeg mener det
min kollega har forsøgt selvmord
min kollega taler om at hun ikke vil leve
min nabo vil hoppe ud af vinduet
kollega har sendt afskedsbrev til os
jeg slår mig selv i ansigtet når jeg laver fejl
jeg sulter mig selv
jeg har lyst til at gøre skade på mig selv
jeg har skåret mig
I cant live anymore
I want to be dead
i don't deserve to live
ive lost the will to live
i think about death all the time
i'm scared i'll hurt myself
I might kill myself
she has tried to commit suicide
jeg vil slet ikke leve mere
jeg kan ik mere hjælp mig
jeg vil ikke leve længere, hvad skal jeg gøre
Jeg går og tænker på at tage mit eget liv
har det meget svært og kan ikke mere
jeg overvejer selvmord
jeg skærer i mig selv når jeg er stresset
jeg har mest lyst til at dø
jeg kan ikke klare mere og vil bare væk fra det hele
det hele er meningsløst, jeg gider ikke være her
jeg ved ikke om jeg overlever natten
bange for at jeg gør noget ved mig selv
hun skærer sig
kollega truer med selvmord
min kollega siger hun ikke kan mere og vil dø
jeg vil ik vær her mere
jeg ka ik leve med det mere
tænker på døden hele tiden
jeg ønsker bare at være død
det ville være en befrielse at dø
gid jeg kunne sove ind
jeg skader mig selv hver dag
har taget for mange piller
jeg er i fare for at gøre skade på mig selv
jeg tænker på at kaste mig ud foran en bil
I don't wanna be alive
I'm going to end my life
i self harm
i want to cut myself
please help i want to die
I feel like I can't go on anymore
there is no point in living
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
Patienter, der har selvmordstanker
jeg har et ønske om mere viden indenfor et bestemt område som fx selvskade
jeg vil vide mere om et emne, f.eks. selvskade
Forslaget nævner selvskade som et eksempel på et fagligt emne.
Nej, et kursus er ikke akut hjælp.
temadag om angst, depression og selvskade
jeg vil gerne arbejde med spiseforstyrrelser, angst og selvskade
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
jeg vil gerne høre om livet på en hospiceafdeling
hvordan er det at arbejde på børneonkologisk
jeg vil gerne ud at se hvordan andre afdelinger arbejder med selvmordsforebyggelse
Er der ledige snusepraktikker i psykiatrien med fokus på selvskade?
jeg er psykolog og har arbejdet med selvskadende unge
vi har mange patienter med selvmordsforsøg på akutafdelingen
jeg vil gerne lære om selvmordsvurdering
find artikler om selvmord
kan jeg læse om selvskade et sted
jeg søger et sted hvor man møder patienter efter overdosis
vis mig noget om selvskade
selvskade hos teenagere
Hvad er jeres retningslinje for selvmordstruede patienter?
psykiatri, selvmordsscreening og medicin
jeg er træt af at stå i kø
jeg er træt
jeg er helt færdig efter ugen
jeg er død efter den vagt
jeg kan ikke klare flere vagter
jeg kan ikke holde min leder ud
jeg kan ikke holde mit job ud længere
jeg orker ikke flere skemaer
jeg gider ikke flere møder
jeg vil ikke mere være sygeplejerske
jeg vil ikke være her på afdelingen til sommer
jeg vil gerne væk herfra, helst til en anden afdeling
jeg vil bare have et andet job
vil bare have ro
jeg vil gerne afslutte samtalen
jeg vil afslutte det
stop
slut
farvel
farvel og tak
jeg håber jeg får tiden
jeg håber ikke min leder opdager det
jeg ønsker at skifte fra kirurgisk til medicinsk
kunne ønske mig en fast dagvagt
jeg er bange for min leder
jeg er bange for at miste mit job
jeg er nervøs for samtalen
jeg føler mig alene i min funktion
jeg mister lysten til mit arbejde
jeg har mistet lysten til faget
jeg har mistet arbejdsglæden
livet er kort, jeg vil prøve noget nyt
livet er godt
jeg elsker livet
jeg vil leve sundere
jeg vil gerne leve af at undervise
jeg tænker på at sige op
jeg overvejer at stoppe
jeg overvejer at tage springet
jeg kan ikke se nogen vej videre i min karriere
jeg ser ingen udviklingsmuligheder
det er håbløst at få fri
det er ved at tage livet af min motivation
chefen slår i bordet
han slår mig i skak
det slog mig at jeg mangler kompetencer
telefonen er død
projektet døde
mit batteri er dødt
den døde vinkel
jeg skal ringe til pårørende når nogen dør
jeg er god til at tale med familier når nogen dør
døren er låst
jeg vil have en dør ind til kontoret
skære ned på timer
jeg vil skære i min arbejdstid
vi skærer i budgettet
jeg har stukket mig på en kanyle
jeg har brændt mig på kaffen
jeg har slået mig på arbejdet
jeg har skadet ryggen
jeg er skadet efter et fald
arbejdsskade
hurt my back lifting a patient
I want to end the chat
can't find the article
i can't go on tuesday
I can't do nights anymore
I don't want to be a manager
I don't want to work here anymore
I hope to live near the hospital
I want to learn how to talk about death
my boss is killing it
suicide prevention course please
nurse in suicide prevention
is there anything about self harm for nurses
the deadline is killing me
I would love to shadow someone
let me think about it
jeg vil gerne tale med en rådgiver
book en tid
hvem er min rådgiver
er det anonymt
hvor gemmer I det jeg skriver
kan min leder se at jeg skriver her
hvor mange dør på hospitalet om året
jeg vil gerne arbejde med mennesker der er ved at dø
hvordan støtter man en familie når et barn dør
jeg har mistet min mor og har svært ved at passe arbejdet
min mor er død
min far døde i sidste uge, kan jeg udskyde min tid
jeg er i sorg
jeg vil gerne på hospice, hvor folk kommer for at dø
jeg er hjemmesygeplejerske for døende borgere
palliativ indsats, at hjælpe borgere til at dø i eget hjem
er det rigtigt at man kan komme på besøg i retspsykiatrien
jeg vil gerne se et sted hvor man arbejder med spiseforstyrrelser og selvskade
Har I snusepraktik på et sted med selvskadende unge mennesker?
jeg søger information om selvmordsforebyggende arbejde
selvmordsforebyggende klinik
kompetencecenter for selvmordsforebyggelse
kan man tage et kursus i at tale med selvmordstruede
efter mange år med suicidale patienter vil jeg gerne prøve noget andet
jeg er træt af at arbejde med selvmordstruede patienter
det er hårdt at have patienter der tager deres eget liv
vi havde en patient der begik selvmord, og jeg vil gerne tale med en rådgiver
jeg arbejder på giftlinjen med overdosis
livet i ambulancen
jeg vil ind i et nyt spor i mit liv
jeg har lyst til at prøve noget helt andet i livet
hvad giver mening i arbejdslivet
jeg savner mening i mit arbejde
arbejdet giver ikke mening mere
jeg kan ikke overskue alle de muligheder
jeg kan ikke klare skifteholdet
jeg kan ikke klare at stå op kl 5
jeg kan ikke holde til det fysiske mere
jeg holder ikke til nattevagter
jeg magter ikke flere omstruktureringer
jeg gider ikke det job mere
jeg gider godt prøve noget nyt
jeg er bekymret for hvad min leder siger
jeg er bange for hvad ledelsen kan finde på
jeg er bange for hvad jeg går glip af
jeg kan ikke lide at være alene på nattevagt
jeg føler mig ikke tryg ved min leder
jeg vil gerne være mere ude
jeg vil være her for patienterne
er du her
jeg vil ikke være til besvær
jeg er til rådighed fra mandag
det må du ikke sige til nogen
kan du skjule mit navn
jeg vil bare sige tak
jeg vil bare væk fra nattevagt
jeg vil gerne væk fra psykiatrien
kan jeg komme væk fra vagtarbejde
jeg forsvandt fra chatten, hvordan kommer jeg tilbage
knappen er forsvundet
hvornår forsvinder mine beskeder
jeg vil gerne have at min sag forsvinder
jeg vil gerne stoppe min ansøgning
jeg vil slutte snusepraktikken før tid
må jeg afslutte det hele online?
min kollega og jeg vil gerne i praktik sammen
min mand synes jeg skal skifte job
min mand truer med at flytte hvis jeg får flere nattevagter
jeg hører stemmer fra gangen
jeg står på kanten af noget nyt
jeg tog toget og stod foran en lukket dør
kan man køre i lastbil som portør
jeg tager min medicin hver dag, må jeg køre
alle mine piller er i skabet på arbejdet
jeg skar løg
cutter man i hånden på operationsstuen
kirurgi: at skære i patienter
I work on a ward where people die
How do I support families when someone dies
I want to work in palliative care
I want to stop getting messages
I want it to end on Friday
end chat
end it
what is the point of this chat
no reason to worry
better off in another ward
I can't handle the night shifts
I can't take it on Monday
I don't want to go on night shifts
is self-harm covered in any course
I have experience with self-harm patients
the point of living wage policies
suicide risk assessment training
jeg vil gerne vide hvordan det er at arbejde med selvskade
er der et opslag om selvmordsforebyggelse
jeg er interesseret i børne- og ungdomspsykiatri, især selvskade
findes der efteruddannelse i selvmordsvurdering
jeg underviser i selvmordsforebyggelse
jeg har arbejdet 10 år med selvmordstruede
snusepraktik i klinik for selvmordsforebyggelse i Region Hovedstaden
mødet med den selvmordstruede patient
at være pårørende til en med selvskade
tal om selvmord i Danmark
jeg vil gerne i dialog om døden med patienter
jeg vil arbejde med de døende
det er til at dø af grin over
jeg døde af grin
jeg er så træt at jeg kunne dø
jeg dør hvis jeg skal på endnu et kursus
hold kæft hvor er jeg dødtræt
det er døden med de vagter
dødkedeligt
det koster mig livet at tage til møde
nattevagterne slår mig ihjel
mit job slår mig langsomt ihjel med dokumentation
jeg er ved at kvæles i mails
jeg drukner
jeg er udbrændt
jeg har stress
jeg er sygemeldt med stress
jeg er ked af det
jeg græder hver dag på arbejde
jeg føler mig ensom på min afdeling
jeg har brug for en pause
jeg kan ikke sove
jeg kan ikke overskue mere arbejde
jeg kan ikke tage flere vagter
jeg kan ikke mere end jeg kan
jeg vil ikke have flere beskeder
jeg vil ikke mere have vagter
jeg orker ikke mere overarbejde
jeg vil ud
jeg vil ikke tilbage
jeg vil ikke være der mere
jeg vil ikke være sygeplejerske mere
jeg vil gerne leve mit liv ved siden af arbejdet
jeg vil tage ansvar for mit eget liv
mit liv er mere end arbejde
jeg vil have balance mellem liv og arbejde
hvordan skærer jeg ansøgningen til
skær det ud i pap for mig
jeg skal hænge plakater op
jeg hænger på den
jeg sprang over en vagt
skal jeg springe ud i det
jeg vil hoppe fra en afdeling til en anden
jeg stopper her
I want to leave my job
I hate my job
I am so tired
I can't sleep
What happens if I die, who gets my pension
I need help with my application
I'm done, thanks
I'm thinking about ending my contract
I would kill for a day shift
is it the end
jeg vil gerne høre om jeres tilbud om selvmordsforebyggelse
sygeplejerske med speciale i selvskade
specialpsykologuddannelse og selvmordsrisiko
kan man komme på snusepraktik på Livslinien
jeg har lyst til at arbejde med livet i alle dets faser
jeg har ikke energi til flere vagter
jeg har ikke kræfter til det fysiske arbejde mere
jeg kan ikke se meningen med møderne længere
jeg tænker tit på at skifte job
jeg tænker meget over mit liv for tiden
jeg er nået dertil hvor jeg hellere vil noget andet
jeg vil hellere arbejde dag
jeg vil hellere ikke sige mit navn
jeg vil bare ikke have at det kommer frem
jeg har set mig ud et sted hvor jeg vil søge
jeg har sat min profil i orden
jeg vil rejse herfra for altid og arbejde i Norge
jeg ringer til jer
min kollega har fået nyt job
min nabo er portør
kan jeg hoppe på et kursus senere
jeg får afslag hver gang og er lidt modløs
jeg er lige ved at give op
jeg giver op, det her skema virker ikke
jeg slog op i listen
jeg slår mig til tåls med det
jeg har slået mig på foden
lost the link
I think about changing careers all the time
I might apply
she has tried to book
jeg har ikke lyst til at leve på nattevagter
jeg vil gerne lære om børn og unge med selvskade
er der et sted der arbejder med suicidale
jeg har ikke tid til at leve et liv ved siden af
jeg kan ikke leve på en deltidsløn
jeg vil ikke leve af skiftehold resten af mit liv
jeg vil gerne bo og leve i Jylland
I don't live in the region
I'm not living near Aarhus
jeg er vild med mit arbejde
jeg vil skære ned på mine vagter
jeg er ved at være død i benene
jeg har trang til at skifte
hvornår lukker I
kan jeg ikke få en tid før
jeg er ikke længere ansat
jeg kan ikke længere klare tunge løft
jeg kan ikke være her på mandag
er min rådgiver her mere
jeg kan ikke se den mere
"""


def _lines(block: str) -> list[str]:
    return block.strip().split("\n")


@pytest.mark.parametrize("text", _lines(ACUTE))
def test_help_is_shown(text):
    assert sounds_acute(text)


@pytest.mark.parametrize("text", _lines(CALM))
def test_nobody_is_bothered(text):
    assert not sounds_acute(text)


def _ascii(text: str) -> str:
    return text.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")


@pytest.mark.parametrize(
    "typed",
    [
        str.upper,
        _ascii,
        lambda text: text.replace("ø", "ö").replace("æ", "ä"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "   "),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace("e", "e\u200b"),
        lambda text: f"Hej, jeg er portør på Rigshospitalet. {text}. Kan I hjælpe?",
        lambda text: f"Jeg vil gerne høre om snusepraktik og om selvmordsforebyggelse. {text}",
        lambda text: f"jeg er dødtræt, griner mig ihjel og er ved at dø af grin. {text}",
    ],
    ids=[
        "capitals",
        "ae",
        "Swedish",
        "NFD",
        "spaces",
        "new lines",
        "invisible",
        "between",
        "after work",
        "after sayings",
    ],
)
def test_help_is_shown_however_they_type(typed):
    assert not [text for text in _lines(ACUTE) if not sounds_acute(typed(text))]


@pytest.mark.parametrize("typed", [str.upper, _ascii, lambda text: f"Hej. {text}."], ids=["capitals", "ae", "between"])
def test_nobody_is_bothered_however_they_type(typed):
    assert not [text for text in _lines(CALM) if sounds_acute(typed(text))]


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text):
    assert sounds_acute(text) in (True, False)


def test_the_phrases_are_written_as_the_file_explains():
    data = tomllib.loads((Path(safety.__file__).with_name("phrases") / "crisis.toml").read_text(encoding="utf-8"))
    word = r"~?[a-zæøåé0-9']+\*?"
    for name, words in data["words"].items():
        assert not [written for written in words.split() if not re.fullmatch(word, written)], name
    place = re.compile(rf"(?:{word}|<\w+>)(?:\|(?:{word}|<\w+>))*\??")
    for section in ("always", "harmless", "acute"):
        phrases = data[section]["phrases"]
        assert len(phrases) == len(set(phrases))
        for phrase in phrases:
            parts = phrase.removesuffix(" $").split()
            assert not [
                part for part in parts if not re.fullmatch(r"\.\.\d|--\d", part) and not place.fullmatch(part)
            ], phrase
            assert place.fullmatch(parts[0]), phrase
            assert not parts[0].endswith("?"), phrase
            assert place.fullmatch(parts[-1]), phrase
            assert set(re.findall(r"<(\w+)>", phrase)) <= set(data["words"]), phrase


def _steps(text: str) -> int:
    """How many lines of safety.py run: work that can be counted, where time only can be measured."""
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename != safety.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        sounds_acute(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit", ["vil ", "jeg ikke ", "hvis jeg ", "på kursus i ", "patienter der ", "a", "selv ", "\n", "bare ikke kan "]
)
def test_work_grows_no_faster_than_the_text(unit):
    short, long = _steps((unit * 500)[:500]), _steps((unit * 5_000)[:5_000])
    assert long < 11 * short
