"""What values of a field can't be right, and what can."""

import pytest

from generator.register.mapping.mapping import default_mapping
from generator.register.mapping.plausibility import Value, contradicts, doubts

MAPPING = default_mapping()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("fields.adresse.kommunekode", [151, "0615", "0411", "101"]),
        (
            "fields.adresse.kommunenavn",
            ["Ballerup", "Københavns Kommune", "Århus", "Bornholms Regionskommune", "Morsø"],
        ),
        ("fields.virksomhed.cvrNummer", ["10150817", 10150817]),
        ("fields.pNummer", [1017489209, "1000000000"]),
        ("fields.adresse.postnummer", [2750, "0800", 800]),
        ("fields.kontakt.telefon", ["12345678", "+45 12 34 56 78", 12345678]),
        ("fields.kontakt.email", ["a@b.dk"]),
        ("fields.adresse.wgs84.lat", [55.7]),
        ("fields.adresse.wgs84.lon", [12.5]),
        ("fields.maalgrupper[].alderFra", [18, "18 år", 0]),
        ("fields.godkendelse.dato", ["2021-03-04", "2021-03-04T09:12:33+01:00", "0001-01-01T00:00:00"]),
        ("identity.gyldigTil", ["9999-12-31", "2021-03-04"]),
        ("fields.status", ["AKTIV", "ophørt"]),
        ("fields.beskrivelse", ["12"]),
        ("identity.version", [3, "3"]),
    ],
)
def test_what_can_be_right(name: str, values: list[Value]) -> None:
    assert doubts(MAPPING, name, values) == []


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("fields.adresse.kommunekode", [4, 151], "1 of 2 values are codes of no municipality"),
        ("fields.driftsaftaler[].kommunekode", ["DK"], "1 of 1 values are codes of no municipality"),
        ("fields.adresse.kommunenavn", ["Landsbyen"], "1 of 1 values are names of no municipality"),
        ("fields.virksomhed.cvrNummer", [1017489209], "1 of 1 values are no CVR numbers (8 digits)"),
        ("fields.virksomhed.cvrNummer", ["12345678"], "1 of 1 values have no right check digit of a CVR number"),
        ("fields.pNummer", ["12345"], "1 of 1 values are no P-numbers (10 digits)"),
        ("fields.adresse.postnummer", ["2750 Ballerup"], "1 of 1 values are no post codes (4 digits)"),
        ("fields.navn", ["12", "Bo"], "1 of 2 values are numbers, where a text should be"),
        ("fields.takster[].beloeb", ["to"], "1 of 1 values are no numbers"),
        ("fields.godkendelse.pladser[].antal", ["tolv"], "1 of 1 values are no whole numbers"),
        ("fields.adresse.wgs84.lat", [6175000.0], "1 of 1 values are no latitudes of Denmark (54 to 58)"),
        ("fields.godkendelse.dato", ["snart"], "1 of 1 values are no dates"),
        (
            "fields.godkendelse.dato",
            [1420066800],
            "1 of 1 values look like seconds since 1970, and are not read as dates",
        ),
        ("fields.godkendelse.dato", ["0021-03-04"], "1 of 1 dates are before 1900 or after 2200"),
        (
            "fields.godkendelse.dato",
            [1420066800000],
            (
                "1 of 1 values are numbers; they are read as milliseconds since 1970, and 1420066800000 as 2015-01-01: "
                "is that the day?"
            ),
        ),
        (
            "fields.status",
            ["I drift", "AKTIV"],
            (
                "values.active and values.ceased have no 'I drift'; of such an offer nobody knows whether it is in "
                "operation"
            ),
        ),
    ],
)
def test_what_cannot_be_right(name: str, values: list[Value], said: str) -> None:
    assert doubts(MAPPING, name, values) == [said]


def test_a_code_and_a_name_of_two_municipalities() -> None:
    assert contradicts("0615", "Ballerup")
    assert not contradicts(151, "Ballerup Kommune")
    assert not contradicts(101, "Københavns Kommune")
    assert not contradicts(151, "Landsbyen")  # that is told of the name
    assert not contradicts(9999, "Ballerup")
