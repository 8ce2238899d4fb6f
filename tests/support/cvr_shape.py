"""Made-up documents in the shape of the platform's public register of companies: production units of CVR.

The names and the nesting are those of the index `cvr-permanent` as its `_mapping` has them; every value is made up.
Each attribute is a list of values with their periods, a date as the end is the last day, and a unit that has closed
keeps its last status: only its `livsforloeb` has ended.
"""

from typing import Any

INDEX = "cvr-permanent-20260901"  # dated, behind an alias: a new one is filled each time, and the alias switched
ALIAS = "cvr-permanent"
TYPE = "produktionsenhed"
WRAPPER = "VrproduktionsEnhed"

UPDATED = "2026-08-30T02:12:09.000+02:00"


def period(first: str, last: str | None = None) -> dict[str, Any]:
    """From a day up to and with another, or until now; with when the platform last wrote it."""
    return {"periode": {"gyldigFra": first, "gyldigTil": last}, "sidstOpdateret": UPDATED}


def address(street: str, number: int, postal: tuple[int, str], code: int, name: str, **more: Any) -> dict[str, Any]:
    """An address without its period; the municipality stands one object deeper than a reader expects."""
    return {
        "landekode": "DK", "fritekst": None, "vejkode": 615, "vejnavn": street,
        "husnummerFra": number, "husnummerTil": None, "bogstavFra": None, "bogstavTil": None,
        "etage": None, "sidedoer": None, "conavn": None, "postboks": None, "bynavn": None,
        "postnummer": postal[0], "postdistrikt": postal[1],
        "kommune": {"kommuneKode": code, "kommuneNavn": name, **period("2007-01-01")},
        "adresseId": None, "sidstValideret": "2026-05-04T14:00:00.000+02:00",
        **more,
    }  # fmt: skip


def unit(number: int, life: list[Any], names: list[Any], addresses: list[Any], status: str = "Aktiv") -> dict[str, Any]:
    """The `_source` of one production unit."""
    latest = addresses[-1]
    return {
        WRAPPER: {
            "pNummer": number,
            "enhedsNummer": 4_000_000_000 + number % 1000,
            "enhedstype": "PRODUKTIONSENHED",
            "reklamebeskyttet": False,
            "dataAdgang": 0,
            "samtId": 3,
            "sidstIndlaest": "2026-09-01T01:30:00.000+02:00",
            "sidstOpdateret": UPDATED,
            "livsforloeb": life,
            "navne": names,
            "beliggenhedsadresse": addresses,
            "telefonNummer": [{"kontaktoplysning": "10203040", "hemmelig": False, **period("2015-01-01")}],
            "hovedbranche": [
                {"branchekode": "879020", "branchetekst": "Døgninstitutioner for børn og unge", **period("2015-01-01")}
            ],
            "virksomhedsrelation": [{"cvrNummer": 12345678, **period("2015-01-01")}],
            "produktionsEnhedMetadata": {
                "sammensatStatus": status,
                "nyesteNavn": names[-1],
                "nyesteBeliggenhedsadresse": latest,
                "nyesteCvrNummerRelation": 12345678,
            },
        }
    }


BALLERUP = ("Prøvevej", 12, (2750, "Ballerup"), 151, "BALLERUP")
AARHUS = ("Opdigtet Allé", 7, (8000, "Aarhus C"), 751, "AARHUS")


def documents() -> list[dict[str, Any]]:
    """Three units: one that moved and was renamed, one that has closed, one beside it in the same house."""
    return [
        {"_id": str(source[WRAPPER]["pNummer"]), "_type": TYPE, "_source": source}
        for source in (
            unit(
                1000000001,
                [period("2015-01-01")],
                [
                    {"navn": "Prøvehuset", **period("2015-01-01", "2019-05-31")},
                    {"navn": "Det Nye Prøvehus", **period("2019-06-01")},
                ],
                [
                    address(*AARHUS) | period("2015-01-01", "2021-02-28"),
                    address(*BALLERUP, bogstavFra="A") | period("2021-03-01"),
                ],
            ),
            unit(
                1000000002,
                [period("2016-04-01", "2020-09-30")],
                [{"navn": "Huset der lukkede", **period("2016-04-01", "2020-09-30")}],
                [address(*AARHUS) | period("2016-04-01", "2020-09-30")],
            ),
            unit(
                1000000003,
                [period("2018-01-01")],
                [{"navn": "Naboen", **period("2018-01-01")}],
                [address(*BALLERUP, bogstavFra="B", etage="2", sidedoer="th") | period("2018-01-01")],
            ),
        )
    ]


def mapping() -> dict[str, Any]:
    """The `_mapping` of the index: lists of objects are nested, as there."""
    date = {"type": "date", "format": "dateOptionalTime"}
    keyword, text, number = {"type": "keyword"}, {"type": "text"}, {"type": "integer"}
    interval = {"periode": {"properties": {"gyldigFra": date, "gyldigTil": date}}, "sidstOpdateret": date}

    def nested(**fields: Any) -> dict[str, Any]:
        return {"type": "nested", "properties": {**fields, **interval}}

    place = {
        "landekode": keyword, "fritekst": text, "vejkode": number, "vejnavn": text, "husnummerFra": number,
        "husnummerTil": number, "bogstavFra": keyword, "bogstavTil": keyword, "etage": keyword, "sidedoer": keyword,
        "conavn": text, "postboks": keyword, "bynavn": text, "postnummer": number, "postdistrikt": text,
        "adresseId": keyword, "sidstValideret": date,
        "kommune": {"properties": {"kommuneKode": number, "kommuneNavn": text, **interval}},
    }  # fmt: skip
    inside = {
        "pNummer": {"type": "long"},
        "enhedsNummer": {"type": "long"},
        "enhedstype": keyword,
        "reklamebeskyttet": {"type": "boolean"},
        "dataAdgang": number,
        "samtId": number,
        "sidstIndlaest": date,
        "sidstOpdateret": date,
        "livsforloeb": nested(),
        "navne": nested(navn=text),
        "beliggenhedsadresse": nested(**place),
        "telefonNummer": nested(kontaktoplysning=keyword, hemmelig={"type": "boolean"}),
        "hovedbranche": nested(branchekode=keyword, branchetekst=text),
        "virksomhedsrelation": nested(cvrNummer={"type": "long"}),
        "produktionsEnhedMetadata": {
            "properties": {
                "sammensatStatus": keyword,
                "nyesteNavn": {"properties": {"navn": text, **interval}},
                "nyesteBeliggenhedsadresse": {"properties": {**place, **interval}},
                "nyesteCvrNummerRelation": {"type": "long"},
            }
        },
    }
    return {"dynamic": False, "properties": {WRAPPER: {"properties": inside}}}
