"""What the statistics pages say of how they count: plain sentences, since a figure without its rule says little."""

from generator.register.history.statistics import FEWEST

COUNTING = (
    "Et års tal er det, der gjaldt ved udgangen af 31. december; for det løbende år er det tallet til nu. "
    "Et tilbud er i drift, når det hverken er ophørt eller gået ud af registret. "
    "Pladser er godkendte pladser, ikke ledige."
)
LIMITS = (
    "Tallene er talt op fra de versioner, registret har givet spejlet. Et tilbuds første version kan være yngre end "
    "tilbuddet, så de tidligste år kan mangle tilbud, der fandtes, og et tilbud kan stå som nyt i et senere år, end "
    "det åbnede. Er en version siden rettet, tæller den, som den lyder nu."
)
LEAST = (
    "Står der »mindst«, mangler registret antallet af pladser under et juridisk grundlag hos et eller flere af "
    "tilbuddene."
)
NO_HISTORY = "Spejlet viser ikke tidligere versioner, så her er kun tallene for nu."
NO_CEASED = "Spejlet viser ikke ophørte tilbud. Tidligere års tal ville mangle dem, så her er kun tallene for nu."
OPENINGS = (
    "Et tilbud er nyt i det år, det kommer i drift, og ophørt i det år, det ikke længere er det. "
    "Genåbner det, tæller det som nyt igen. Et tilbud, der allerede var ophørt i den første version, spejlet kender, "
    "tæller i intet år."
)

PARAGRAPHS = (
    "Et tilbud tæller med under hvert af sine juridiske grundlag, med de pladser, der er godkendt under netop det. "
    "Lagt sammen giver antallet af tilbud derfor flere, end der er."
)
REGIONS = "Regionen følger af kommunekoden i tilbuddets adresse."
AUTHORITIES = "Socialtilsynet er det, registret nævner ved tilbuddet; det følger ikke altid af beliggenheden."
OWNERSHIP = "Ejerformen er samlet af virksomhedsformen i CVR, som registret skriver på flere måder."

PRICES = (
    "Medianen er den midterste takst: halvdelen er lavere, halvdelen højere. Mellem nedre og øvre kvartil ligger den "
    "midterste halvdel af taksterne. Takster i forskellige enheder er aldrig lagt sammen. Fra 100 kr. er tallene i "
    "tabellerne afrundet til hele kroner."
)
WHICH_PRICES = (
    f"Kun ydelser med takster fra mindst {FEWEST} tilbud i drift er med. Har et tilbud flere takster for samme ydelse "
    "og enhed, tæller de alle. To ydelser med samme navn behøver ikke at have samme indhold."
)

STANDING = (
    "En periode går, fra en oplysning kom til at lyde, som den gør, til den blev ændret; den hører til det "
    "socialtilsyn, tilbuddet havde, da den begyndte. En periode, der ikke er afsluttet, eller som standsede, fordi "
    "tilbuddet ophørte, tæller som mindst så lang (Kaplan-Meiers metode), så nye tilbud ikke trækker tallet ned. "
    "Perioderne er fulgt til udgangen af den seneste hele måned."
)
WHAT_STANDS = (
    "Står der »over«, er mindre end halvdelen ændret i den længste tid, der er set. Begynder en periode med tilbuddets "
    "første version, kan oplysningen have stået længere, end registret fortæller. Omdøbninger ved lov og andre "
    f"stavemåder af et tema tæller ikke som ændringer. Af færre end {FEWEST} perioder er der ingen median."
)
SURVIVORS = "Ophørte tilbud er ikke med, fordi spejlet ikke viser dem."
