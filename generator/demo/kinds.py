"""The kinds of made-up offers, one a paragraph: names, target groups, methods, prices and their own sentences."""

from dataclasses import dataclass

from generator.demo.texts import THEMES

DAY = "kr. pr. dag"
NIGHT = "kr. pr. døgn"
HOUR = "kr. pr. time"


@dataclass(frozen=True)
class OfferKind:
    """What all offers of one paragraph have in common."""

    key: str
    paragraf: str
    weight: int
    names: tuple[str, ...]
    people: str  # "beboerne"
    person: str  # "beboeren"
    places: tuple[int, int]
    groups: tuple[tuple[str, int, int], ...]
    methods: tuple[str, ...]
    prices: tuple[tuple[str, int, int, str], ...]
    sentences: tuple[str, ...]
    more_paragraphs: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    themes: tuple[str, ...] = THEMES
    children: bool = False

    @property
    def overnight(self) -> bool:
        """Says whether people live there."""
        return self.prices[0][3] == NIGHT


_WITHOUT_WORK = tuple(theme for theme in THEMES if theme != "Uddannelse og beskæftigelse")
_WINGS = ("Østfløjen", "Vestfløjen", "Gården", "Længen", "Havehuset", "Tårnet", "Hus 3", "Anneks Nord", "Søhuset")
_WORKSHOPS = ("Træværkstedet", "Køkkenet", "Gartneriet", "Cykelværkstedet", "Kreativt værksted", "Systuen", "Caféen")
_CLINICS = ("Ungeteamet", "Dagafsnittet", "Ambulatoriet", "Efterværnet", "Rådgivningen")
_CHILD_HOUSES = ("Ungehuset", "Drengehuset", "Familiehuset", "Udslusningen", "Skolen", "Skovhuset", "Hybler")

_CHILD_GROUPS = (
    ("Omsorgssvigt", 6, 17),
    ("Tilknytningsforstyrrelse", 6, 17),
    ("Autismespektrum", 10, 22),
    ("Opmærksomhedsforstyrrelse", 8, 18),
    ("Selvskadende adfærd", 12, 22),
    ("Udadreagerende adfærd", 12, 18),
    ("Kriminalitet", 14, 22),
    ("Spiseforstyrrelse", 13, 22),
    ("Angst", 12, 22),
)
_CHILD_METHODS = (
    "Mentalisering",
    "Miljøterapi",
    "Traumebevidst tilgang",
    "Low arousal",
    "KRAP",
    "Neuropædagogik",
    "Systemisk tilgang",
    "Narrativ tilgang",
    "Marte Meo",
    "Social færdighedstræning",
    "ART (Aggression Replacement Training)",
)
_CHILD_SENTENCES = (
    "{navn} er {sted} for børn og unge, der i en periode ikke kan bo hjemme.",
    "Her møder {de} stabile voksne, som bliver, også når det er svært.",
    "Vi tror på, at børn gør det godt, når de kan, og at voksne må finde ud af, hvad der står i vejen.",
    "Skolegangen er enten i den interne skole, i folkeskolen eller på en ungdomsuddannelse i {by}.",
    "Samarbejdet med forældrene er en del af behandlingen, og der er mulighed for samvær i rolige omgivelser.",
    "{De} øver sig i at købe ind, vaske tøj og holde aftaler, så springet til egen bolig bliver mindre.",
    "Efterværn kan aftales, så den voksne, man kender, stadig er der efter myndighedsalderen.",
    "Fritidsinteresser vægtes højt, og alle går til mindst én aktivitet uden for huset.",
)

KINDS: tuple[OfferKind, ...] = (
    OfferKind(
        "laengerevarende",
        "SEL § 108",
        18,
        ("Botilbuddet {}", "{}", "Bostedet {}", "Bo- og Aktivitetscenter {}"),
        "beboerne",
        "beboeren",
        (8, 48),
        (
            ("Udviklingshæmning", 18, 85),
            ("Autismespektrum", 18, 75),
            ("Multipel funktionsnedsættelse", 18, 85),
            ("Medfødt hjerneskade", 18, 80),
            ("Kommunikationsnedsættelse", 18, 85),
            ("Epilepsi", 18, 80),
            ("Udadreagerende adfærd", 18, 65),
            ("Døvblindhed", 18, 85),
        ),
        (
            "Neuropædagogik",
            "KRAP",
            "Low arousal",
            "Totalkommunikation",
            "TEACCH",
            "Sanseintegration",
            "Gentle Teaching",
            "Marte Meo",
            "ADL-træning",
        ),
        (
            ("Botilbud", 1650, 4200, NIGHT),
            ("Skærmet plads", 3900, 6900, NIGHT),
            ("Dagtilbud for egne beboere", 420, 900, DAY),
            ("Ledsagelse", 310, 460, HOUR),
        ),
        (
            "{navn} er {sted} til voksne med betydelig og varigt nedsat funktionsevne.",
            "For {de} er det her deres hjem, og det skal mærkes på indretning, omgangstone og rytme.",
            "Støtten gives døgnet rundt og spænder fra let guidning til hjælp ved alle daglige gøremål.",
            "Kommunikationen tilpasses, så også {de} uden talesprog kan sige til og fra.",
            "Mange har boet her i mere end ti år, og aldring og demens indgår i vores faglige udvikling.",
            "Vi arbejder med små skridt og gentagelser, og glæden ved at kunne selv er den vigtigste drivkraft.",
            "Personlig pleje foregår i {den}s eget tempo og med faste, velkendte hjælpere.",
            "Målet er livskvalitet i et overskueligt miljø, hvor {de} bliver set og forstået.",
        ),
        ("SEL § 107", "SEL § 104"),
        _WINGS,
        _WITHOUT_WORK,
    ),
    OfferKind(
        "midlertidigt",
        "SEL § 107",
        20,
        ("Botilbuddet {}", "{}", "Bofællesskabet {}", "Ungehuset {}", "Fonden {}"),
        "borgerne",
        "borgeren",
        (6, 30),
        (
            ("Autismespektrum", 18, 40),
            ("Opmærksomhedsforstyrrelse", 18, 45),
            ("Skizofreni", 18, 65),
            ("Angst", 18, 60),
            ("Depression", 18, 65),
            ("Personlighedsforstyrrelse", 18, 60),
            ("Erhvervet hjerneskade", 18, 70),
            ("Selvskadende adfærd", 18, 45),
            ("Social isolation", 18, 50),
        ),
        (
            "Recovery",
            "KRAP",
            "Kognitiv adfærdsterapi",
            "Motiverende samtale",
            "Mentalisering",
            "Miljøterapi",
            "Social færdighedstræning",
            "Åben Dialog",
            "Neuropædagogik",
            "Bo- og naboskabstræning",
        ),
        (
            ("Botilbud", 1450, 3600, NIGHT),
            ("Udslusningsbolig", 900, 1700, NIGHT),
            ("Intensivt forløb", 3200, 5400, NIGHT),
            ("Bostøtte", 380, 560, HOUR),
        ),
        (
            "{navn} er {sted} til voksne, der har brug for støtte i en periode på vej mod egen bolig.",
            "Opholdet varer typisk mellem ét og tre år og tilrettelægges sammen med {den}.",
            "Troen på, at man kan komme sig, er grundlaget for alt, hvad vi foretager os.",
            "{De} træner madlavning, økonomi, rengøring og at bo ved siden af andre.",
            "Vi hjælper med at finde fodfæste på en uddannelse, i et job eller i en praktik.",
            "Gruppeforløb om angst, søvn og selvværd tilbydes to gange om året.",
            "Når stemmerne eller tankerne fylder, er der altid en at tale med, og en kriseplan ligger klar.",
            "Efter udflytningen kan vi følge med i op til et halvt år, så trygheden flytter med.",
        ),
        ("SEL § 104", "SEL § 108"),
        _WINGS,
    ),
    OfferKind(
        "botilbudslignende",
        "ABL § 105",
        9,
        ("Bofællesskabet {}", "{}", "Boligerne på {}", "Seniorbofællesskabet {}"),
        "beboerne",
        "beboeren",
        (8, 36),
        (
            ("Udviklingshæmning", 18, 90),
            ("Mobilitetsnedsættelse", 18, 90),
            ("Erhvervet hjerneskade", 25, 85),
            ("Skizofreni", 30, 85),
            ("Demens", 45, 90),
            ("Autismespektrum", 18, 80),
        ),
        ("Neuropædagogik", "KRAP", "Recovery", "Totalkommunikation", "ADL-træning", "Rehabilitering", "Reminiscens"),
        (
            ("Socialpædagogisk støtte", 980, 2600, NIGHT),
            ("Personlig pleje", 420, 610, HOUR),
            ("Ledsagelse", 300, 440, HOUR),
        ),
        (
            "{navn} er almene boliger med fast personale, hvor {de} har egen lejekontrakt.",
            "Støtten gives efter § 85, og plejen tildeles ud fra en samlet vurdering.",
            "Hver bolig er på omkring 55 kvadratmeter med stue, soveværelse, bad og terrasse.",
            "I fælleshuset spiser de, der har lyst, sammen hver aften.",
            "{De} bestemmer selv, hvem der kommer ind, og medarbejderne ringer altid på.",
            "Vi understøtter et naboskab, hvor man hilser, hjælper og holder afstand efter behov.",
            "Mange flytter hertil fra forældrenes hjem, og overgangen forberedes i god tid.",
        ),
        ("SEL § 104",),
        _WINGS,
        _WITHOUT_WORK,
    ),
    OfferKind(
        "aktivitet",
        "SEL § 104",
        11,
        ("Aktivitetscentret {}", "Dagtilbuddet {}", "Samværstilbuddet {}", "{} Dagcenter"),
        "brugerne",
        "brugeren",
        (12, 70),
        (
            ("Udviklingshæmning", 18, 85),
            ("Multipel funktionsnedsættelse", 18, 80),
            ("Erhvervet hjerneskade", 18, 75),
            ("Autismespektrum", 18, 65),
            ("Skizofreni", 18, 75),
            ("Social isolation", 18, 80),
        ),
        ("Neuropædagogik", "Totalkommunikation", "KRAP", "Sanseintegration", "Musikterapi", "Recovery", "Marte Meo"),
        (
            ("Aktivitets- og samværstilbud", 340, 980, DAY),
            ("Halvdagsplads", 210, 420, DAY),
            ("Befordring", 120, 260, DAY),
        ),
        (
            "{navn} er {sted}, hvor {de} kan være sammen med andre om noget meningsfuldt.",
            "Der kan vælges mellem keramik, musik, natur, bevægelse og ture ud af huset.",
            "Åbningstiden er mandag til torsdag 8.30–15.00 og fredag 8.30–13.30.",
            "Sansestimulation og ro er en fast del af dagen for {de} med størst behov.",
            "Hver forsommer udstiller {de} deres værker på biblioteket i {by}.",
            "Vi har egen bus med lift og kan hente i et område på cirka 25 kilometer.",
            "Fællesskabet står i centrum, og venskaber fra huset rækker ofte ud i weekenden.",
        ),
        ("SEL § 103",),
        _WORKSHOPS,
    ),
    OfferKind(
        "vaerksted",
        "SEL § 103",
        8,
        ("Værkstedet {}", "{} Værksteder", "Den Beskyttede Virksomhed {}", "Huset {}"),
        "deltagerne",
        "deltageren",
        (10, 80),
        (
            ("Udviklingshæmning", 18, 67),
            ("Autismespektrum", 18, 60),
            ("Opmærksomhedsforstyrrelse", 18, 55),
            ("Erhvervet hjerneskade", 20, 67),
            ("Angst", 18, 60),
        ),
        (
            "KRAP",
            "Anerkendende tilgang",
            "Arbejdsrelateret træning",
            "TEACCH",
            "Social færdighedstræning",
            "Sidemandsoplæring",
        ),
        (
            ("Beskyttet beskæftigelse", 260, 620, DAY),
            ("Afklaringsforløb", 480, 790, DAY),
            ("Mentor", 350, 490, HOUR),
        ),
        (
            "{navn} er en arbejdsplads for mennesker, der ikke kan få job på almindelige vilkår.",
            "Vi pakker, samler og monterer for lokale virksomheder og sælger egne varer i gårdbutikken.",
            "Lønnen udbetales hver fjortende dag efter den gældende bekendtgørelse.",
            "I gartneriet dyrkes stauder og grøntsager, som leveres til skoler og caféer i {by}.",
            "Opgaverne deles op, så alle kan bidrage og være stolte af resultatet.",
            "Flere har fået job med løntilskud gennem vores samarbejde med {kommune}.",
            "Arbejdstiden aftales individuelt og er fra 12 til 37 timer om ugen.",
        ),
        ("SEL § 104",),
        _WORKSHOPS,
    ),
    OfferKind(
        "stof",
        "SEL § 101",
        5,
        ("Behandlingscenter {}", "{} Rusmiddelcenter", "Rusmiddelbehandlingen {}"),
        "borgerne",
        "borgeren",
        (10, 60),
        (
            ("Stofmisbrug", 18, 70),
            ("Opioidafhængighed", 18, 70),
            ("Dobbeltdiagnose", 18, 65),
            ("Hjemløshed", 18, 65),
            ("Blandingsmisbrug", 18, 60),
        ),
        (
            "Motiverende samtale",
            "Kognitiv adfærdsterapi",
            "Feedback Informed Treatment (FIT)",
            "NADA (øreakupunktur)",
            "Gruppebehandling",
            "Substitutionsbehandling",
            "Mindfulness",
            "Peer-støtte",
        ),
        (
            ("Dagbehandling", 520, 980, DAY),
            ("Ambulant samtale", 640, 980, HOUR),
            ("Familiebehandling", 720, 1150, HOUR),
        ),
        (
            "{navn} tilbyder stofmisbrugsbehandling til voksne, som ønsker at stoppe eller mindske deres forbrug.",
            "Behandlingen begynder senest 14 dage efter henvendelsen, og den er gratis for {den}.",
            "De fleste forløb kombinerer ugentlige samtaler med en gruppe.",
            "Ved tilbagefald lukkes ingen ude; vi undersøger i stedet, hvad der skal til næste gang.",
            "Lægefaglig udredning og substitutionsbehandling varetages af speciallægen og to sygeplejersker.",
            "Børn i familier med rusmidler får deres eget samtaletilbud.",
            "{De} kan være anonyme i den åbne rådgivning hver tirsdag eftermiddag.",
        ),
        ("SUL § 141",),
        _CLINICS,
    ),
    OfferKind(
        "alkohol",
        "SUL § 141",
        4,
        ("Alkoholbehandlingen {}", "{} Alkoholambulatorium", "Behandlingshjemmet {}"),
        "borgerne",
        "borgeren",
        (10, 50),
        (
            ("Alkoholmisbrug", 18, 80),
            ("Dobbeltdiagnose", 18, 70),
            ("Depression", 18, 75),
            ("Pårørende til personer med misbrug", 18, 80),
        ),
        (
            "Motiverende samtale",
            "Kognitiv adfærdsterapi",
            "Minnesota-modellen",
            "Gruppebehandling",
            "Familieorienteret alkoholbehandling",
            "Mindfulness",
        ),
        (
            ("Ambulant behandling", 580, 940, HOUR),
            ("Intensiv dagbehandling", 850, 1450, DAY),
            ("Pårørendesamtale", 480, 720, HOUR),
        ),
        (
            "{navn} er for alle, der vil have hjælp til at ændre deres alkoholvaner.",
            "Man kan henvende sig uden henvisning, og det første møde ligger inden for få dage.",
            "Abstinensbehandling foregår ambulant under tilsyn af læge og sygeplejerske.",
            "Ægtefælle og voksne børn bliver inviteret med, for alkohol rammer hele familien.",
            "Aftenåbent to gange om ugen gør det muligt at passe sit arbejde imens.",
            "Efterbehandling i gruppe tilbydes i et helt år.",
        ),
        ("SEL § 101",),
        _CLINICS,
        _WITHOUT_WORK,
    ),
    OfferKind(
        "krisecenter",
        "SEL § 109",
        6,
        ("Krisecentret {}", "{} Krisecenter", "Kvindehjemmet {}"),
        "kvinderne",
        "kvinden",
        (5, 24),
        (
            ("Voldsramte kvinder", 18, 99),
            ("Æresrelateret konflikt", 18, 60),
            ("Børn, der har været udsat for vold", 0, 17),
            ("Stalking", 18, 99),
        ),
        (
            "Traumebevidst tilgang",
            "Narrativ tilgang",
            "Sikkerhedsplanlægning",
            "Psykologsamtaler",
            "Marte Meo",
            "Peer-støtte",
        ),
        (
            ("Ophold på krisecenter", 1300, 2600, NIGHT),
            ("Ophold for medfølgende barn", 450, 980, NIGHT),
            ("Efterværn", 520, 780, HOUR),
        ),
        (
            "{navn} tager imod kvinder, der er udsat for vold, trusler eller kontrol i nære relationer.",
            "Man kan komme hele døgnet og uden henvisning, og man kan være anonym.",
            "Adressen er kendt af de nødvendige myndigheder, og sikkerheden gennemgås med hver kvinde ved ankomsten.",
            "Børnene har deres egen kontaktperson og får hjælp til at sætte ord på det, de har oplevet.",
            "Alle tilbydes ti timers psykologsamtaler, og {de} får støtte i mødet med politi og kommune.",
            "Vi hjælper med bolig, økonomi, samvær og skolestart, når hverdagen skal bygges op igen.",
            "Frivillige står for lektiehjælp, legetimer og fællesspisning om torsdagen.",
        ),
        ("SEL § 110",),
        ("Familieafdelingen", "Ungeafdelingen", "Efterværnet", "Stueetagen", "Børnehuset"),
        _WITHOUT_WORK,
    ),
    OfferKind(
        "forsorgshjem",
        "SEL § 110",
        6,
        ("Forsorgshjemmet {}", "Herberget {}", "{} Boenhed", "Mændenes Hjem {}"),
        "beboerne",
        "beboeren",
        (10, 55),
        (
            ("Hjemløshed", 18, 80),
            ("Stofmisbrug", 18, 70),
            ("Alkoholmisbrug", 18, 80),
            ("Dobbeltdiagnose", 18, 70),
            ("Social isolation", 18, 85),
        ),
        (
            "Housing First",
            "CTI (Critical Time Intervention)",
            "Recovery",
            "Motiverende samtale",
            "Skadesreduktion",
            "Low arousal",
        ),
        (
            ("Døgnophold", 980, 1900, NIGHT),
            ("Natherberg", 450, 820, NIGHT),
            ("Støtte i egen bolig", 390, 540, HOUR),
        ),
        (
            "{navn} er {sted} for mennesker, der ikke har eller ikke kan opholde sig i egen bolig.",
            "Man henvender sig selv i receptionen, og lederen afgør, om man kan optages.",
            "Fra første dag arbejdes der på en bolig, og planen laves sammen med {den} og hjemkommunen.",
            "Hunden må gerne komme med, og der er et særskilt afsnit til par.",
            "Sygeplejersken holder åben klinik tre formiddage om ugen.",
            "Skadesreduktion betyder, at vi taler åbent om rusmidler og uddeler rent udstyr.",
            "Et varmt måltid, et bad og en rolig samtale er ofte det, der skal til for at begynde.",
        ),
        ("SEL § 107",),
        ("Natherberget", "Kvindeafsnittet", "Udslusningen", "Skæve Huse", "Stuen", "1. sal"),
    ),
    OfferKind(
        "opholdssted",
        "SEL § 66, stk. 1, nr. 5",
        13,
        ("Opholdsstedet {}", "{}", "Ungecentret {}", "Fonden {}"),
        "de unge",
        "den unge",
        (4, 16),
        _CHILD_GROUPS,
        _CHILD_METHODS,
        (
            ("Opholdssted", 2400, 4900, NIGHT),
            ("Intern skole", 780, 1400, DAY),
            ("Efterværn", 900, 2200, NIGHT),
            ("Kontaktperson", 380, 540, HOUR),
        ),
        _CHILD_SENTENCES,
        ("SEL § 107",),
        _CHILD_HOUSES,
        children=True,
    ),
    OfferKind(
        "doegninstitution",
        "SEL § 66, stk. 1, nr. 6",
        6,
        ("Døgninstitutionen {}", "{} Børnehjem", "Behandlingshjemmet {}", "Børne- og Ungehjemmet {}"),
        "børnene",
        "barnet",
        (8, 32),
        (*_CHILD_GROUPS, ("Multipel funktionsnedsættelse", 0, 17), ("Udviklingshæmning", 3, 17)),
        _CHILD_METHODS,
        (
            ("Døgnophold", 2900, 5600, NIGHT),
            ("Aflastning", 2100, 3900, NIGHT),
            ("Familiebehandling", 620, 990, HOUR),
        ),
        (
            *_CHILD_SENTENCES,
            "Huset er delt i små grupper med egne voksne, så det minder mest muligt om et almindeligt hjem.",
            "Aflastning kan aftales i weekender og ferier og planlægges et halvt år frem.",
        ),
        (),
        _CHILD_HOUSES,
        children=True,
    ),
    OfferKind(
        "sikret",
        "SEL § 66, stk. 1, nr. 7",
        1,
        ("Den Sikrede Institution {}", "{} Sikrede Afdeling"),
        "de unge",
        "den unge",
        (5, 20),
        (("Kriminalitet", 15, 18), ("Udadreagerende adfærd", 12, 18), ("Stofmisbrug", 14, 18)),
        _CHILD_METHODS,
        (("Sikret plads", 7900, 9800, NIGHT), ("Særligt sikret plads", 9900, 12800, NIGHT)),
        (
            "{navn} modtager unge i varetægtssurrogat, til pædagogisk observation eller på dom.",
            "Døre og vinduer kan være låst, og rammerne er tydelige, men tonen er venlig.",
            "Undervisningen foregår på stedet alle hverdage og følger folkeskolens fag.",
            "{De} har ret til daglig luftgang, besøg og telefon efter gældende regler.",
            "En pædagogisk beskrivelse udarbejdes inden for to måneder og sendes til kommunen.",
        ),
        (),
        ("Afdeling A", "Afdeling B", "Skolen", "Udslusningen"),
        children=True,
    ),
)
KINDS_BY_KEY = {kind.key: kind for kind in KINDS}

# The law's rename at 2024-01-01.
LAW_RENAMES = {
    "SEL § 66, stk. 1, nr. 5": "BL § 43, stk. 1, nr. 6",
    "SEL § 66, stk. 1, nr. 6": "BL § 43, stk. 1, nr. 6",
    "SEL § 66, stk. 1, nr. 7": "BL § 43, stk. 1, nr. 7",
}

# {sted} in the sentences.
PLACE_WORDS = {
    "laengerevarende": "et længerevarende botilbud",
    "midlertidigt": "et midlertidigt botilbud",
    "botilbudslignende": "et bofællesskab",
    "aktivitet": "et aktivitets- og samværstilbud",
    "vaerksted": "et beskyttet værksted",
    "stof": "et behandlingstilbud",
    "alkohol": "et behandlingstilbud",
    "krisecenter": "et krisecenter",
    "forsorgshjem": "et forsorgshjem",
    "opholdssted": "et opholdssted",
    "doegninstitution": "en døgninstitution",
    "sikret": "en sikret institution",
}
