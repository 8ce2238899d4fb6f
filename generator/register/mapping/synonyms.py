"""What other registers call the same facts: the platform's own public index, and words that mean the same.

The platform's names are those of its public CVR index as its `_mapping` has them (index `cvr-permanent`; a copy is in
github.com/dk-forge/talent-intelligence-tracker, tests/fixtures/denmark_cvr_mapping.json). What it calls its facts there
it may well call them here. That a name is alike says little beside it: `vejkode` is much like `kommunekode`, and is the
number of a street.
"""

# The last names of a path there → the last names of ours: the same fact, wherever the object around it stands.
PLATFORM_NAMES: dict[str, tuple[str, ...]] = {
    "kommune.kommuneKode": ("kommunekode",),
    "kommune.kommuneNavn": ("kommunenavn",),
    "beliggenhedsadresse": ("adresse",),
    "husnummerFra": ("husnummer",),
    "virksomhedsformkode": ("virksomhedsform.kode",),
    "langBeskrivelse": ("virksomhedsform.beskrivelse",),
    "nyesteVirksomhedsform": ("virksomhedsform",),
    "telefonNummer.kontaktoplysning": ("kontakt.telefon",),
    "elektroniskPost.kontaktoplysning": ("kontakt.email",),
    "hjemmeside.kontaktoplysning": ("kontakt.hjemmeside",),
}

# Facts of the platform's that this program has no field for: never to be taken for another that is called alike.
PLATFORM_OTHERS = frozenset(
    {
        "vejkode", "landekode", "bynavn", "conavn", "postboks", "sidedoer", "bogstavFra", "bogstavTil",
        "husnummerTil", "branchekode", "branchetekst", "brancheAnsvarskode", "enhedsNummer", "enhedstype",
        "kreditoplysningkode", "kreditoplysningtekst", "stiftelsesDato", "virkningsDato",
        "sidstValideret", "binavne", "sidstOpdateret",
    }
)  # fmt: skip

# Short forms of a word, as Danish registers abbreviate: the same word, whole or as the last part of a compound.
SHORT_FORMS: dict[str, str] = {
    "nr": "nummer",
    "num": "nummer",
    "number": "nummer",
    "tlf": "telefon",
    "adr": "adresse",
    "dt": "dato",
    "beskr": "beskrivelse",
    "bel": "beloeb",
    "mail": "email",
    "epost": "email",
}

# Words that may mean the same: enough to propose, not to be sure. English ones, and what offices say for it.
WORDS_ALIKE: dict[str, str] = {
    "name": "navn", "title": "titel", "betegnelse": "navn", "benaevnelse": "navn", "identifier": "id", "key": "id",
    "noegle": "id", "code": "kode", "date": "dato", "text": "tekst", "description": "beskrivelse",
    "municipality": "kommune", "street": "vej", "road": "vej", "building": "hus", "house": "hus", "floor": "etage",
    "postcode": "postnummer", "postalcode": "postnummer", "zipcode": "postnummer", "zip": "postnummer",
    "zone": "postdistrikt", "city": "postdistrikt", "district": "distrikt", "postby": "postdistrikt",
    "latitude": "lat", "longitude": "lon", "lng": "lon", "breddegrad": "lat", "laengdegrad": "lon",
    "address": "adresse", "location": "adresse", "phone": "telefon", "telephone": "telefon",
    "telefonnummer": "telefon", "mailadresse": "email", "website": "hjemmeside",
    "homepage": "hjemmeside", "www": "hjemmeside", "webadresse": "hjemmeside", "leader": "leder", "manager": "leder",
    "forstander": "leder", "contact": "kontakt", "company": "virksomhed", "owner": "driftsherre", "form": "form",
    "status": "status", "state": "status", "tilstand": "status", "approval": "godkendelse", "tilladelse": "godkendelse",
    "authority": "socialtilsyn", "tilsynsmyndighed": "socialtilsyn", "places": "pladser", "kapacitet": "pladser",
    "count": "antal", "quantity": "antal", "section": "paragraf", "lovgrundlag": "paragraf",
    "targetgroups": "maalgrupper", "age": "alder", "from": "fra", "start": "fra", "to": "til", "until": "til",
    "slut": "til", "min": "fra", "max": "til", "methods": "metoder", "tilgange": "metoder", "theme": "tema",
    "emne": "tema", "grade": "score", "karakter": "score", "reason": "begrundelse", "rates": "takster",
    "priser": "takster", "price": "beloeb", "pris": "beloeb", "amount": "beloeb", "service": "ydelse", "unit": "enhed",
    "departments": "afdelinger", "department": "afdeling", "reports": "rapporter", "link": "url", "offer": "tilbud",
    "valid": "gyldig", "virkning": "gyldig", "registrering": "gyldig", "loaded": "indlaest", "last": "sidst",
}  # fmt: skip
