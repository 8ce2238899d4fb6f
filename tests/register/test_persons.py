"""What looks like a fact of a person, by its name or by its value; and what must not."""

import time

import pytest

from generator.register.mapping.persons import SHORT, names_person, shows_person

PERSONS = """
leder lederNavn ledernavn Leder LEDER daglig_leder dagligLeder afdelingsleder ledere lederens_navn lederEmail centerchef
kontaktperson kontaktPerson kontakt_person kontaktpersonNavn person personer forstander direktør direktoer Direktor
formand bestyrelsesformand medarbejder medarbejdere ansvarlig ansvarligPerson sagsbehandler souschef stedfortræder
telefon telefonnummer Telefonnr tlf tlfNr mobil mobilnummer mobiltelefon mobilNr hovedtelefon fax
email eMail e-mail E_MAIL mail mailadresse kontaktmail e-mailadresse epost
cpr cprNummer CPR-nr personnummer fødselsdato foedselsdag fodselsdato fornavn efternavn fuldtNavn initialer brugernavn
phone phoneNumber telephone mobile cellPhone contact contactName contactPerson manager caseManager ownerName owner
director employee firstName last_name full_name dateOfBirth birthDate author createdBy supervisor
noedkontakt ejer ejernavn ejere indehaver paaroerende pårørende oprettetAf
tilbud.kontakt.navn contact.name kontaktoplysninger.fuldeNavn leder.titel kontaktpersoner.titel telefoner.primaer
kontakt.lederNavn tilbud.ansvarlig.enhed leder2 telefon_2 chef1 kontakt2.navn navnPaaLeder vagter.anne@bosted
vagter.86123456 vagter.010203-1234
"""

OTHERS = """
navn tilbudsnavn pNummer cvrNummer cvr postnummer postdistrikt kommunenavn kommune kommunekode regionsnavn adresse
vejnavn bynavn husnummer etage hjemmeside ventetid bilordning.koeretoejer.antal praktikpladser.uddannelse perioder
antalMedarbejdere medarbejderantal antal_personer antalLedere ledernormering lederskab ledelse harTelefon erEjer
ansvarligKommune ansvarligtTilsyn betalingsansvarligKommune ejerform ejerForhold ejerlavsnavn ejerlavskode ownershipType
driftsherre.navn socialtilsyn.navn region.navn kontakt.vejnavn kontakt.kommunenavn kontakt.aabningstid
mobilitet automobil personkreds maalgruppe takst beloeb beskrivelse kvalitet score dato version matrikelnummer eanNummer
vejlederi holdeplads glaeder andel_medarbejdere
"""


@pytest.mark.parametrize("name", PERSONS.split())
def test_a_person_s_fact_is_known_by_its_name(name: str) -> None:
    assert names_person(tuple(name.split(".")))
    assert names_person(("tilbud", *name.split("."), "vaerdi")) or name in ("contact", "noedkontakt") or "." in name


@pytest.mark.parametrize("key", ["Anne Hansen", "Hansen, Anne", "Anne-Marie Anne", "86 12 34 56", "010203 1234"])
def test_a_person_s_fact_is_known_by_a_key_that_is_a_name(key: str) -> None:
    assert names_person(("vagter", key)) and names_person(("vagter", key, "dage"))


@pytest.mark.parametrize("key", ["Det gamle hus", "Anneks Nord", "2021", "20210304", "Anne", "uge 12", "12-34"])
def test_a_key_that_is_no_name_is_left_alone(key: str) -> None:
    assert not names_person(("plan", key))


@pytest.mark.parametrize("name", [*OTHERS.split(), "", ".", "日本", "..."])
def test_what_is_no_person_s_is_left_alone(name: str) -> None:
    assert not names_person(tuple(name.split(".")))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("anne@bo-sted.dk", "post"),
        ("22\u00a033\u00a044\u00a055", "nyt"),
        ("+45\u202f22\u202f33\u202f44\u202f55", "nyt"),
        ("010203\u00a01234", "nyt"),
        (22334455.0, "nyt"),
        ("Anne-Marie Hansen", "nyt"),
        ("22/33/44/55", "nyt"),
        ("01-02-03-1234", "nyt"),
        ("01.02.03-1234", "nyt"),
        ("Anne Hansen, leder", "nyt"),
        ("45 22 33 44 55", "nyt"),
        ("(22) 33 44 55", "nyt"),
        ("00 45 22 33 44 55", "nyt"),
        ("anne.hansen&#64;x.dk", "nyt"),
        ("Afdelingsleder Lars Bo Jensen", "nyt"),
        ("Ring til Anne Hansen", "nyt"),
        ("Kontakt Anne Hansen på kontoret", "nyt"),
        ("CPR010203-1234", "nyt"),
        ("cpr_010203-1234", "nyt"),
        ("Vagttelefon 2233 4455", "nyt"),
        ("døgnvagt: 2233 4455", "nyt"),
        ("2233 4455 hverdage 9-15", "nyt"),
        (4522334455, "nyt"),
        ("Lars Jensen - afdelingsleder", "nyt"),
        ("<p>Anne Hansen</p>", "nyt"),
        ("Kontakt: Anne Hansen", "nyt"),
        ("Afdelingsleder: Lars Jensen", "nyt"),
        ("Anne Hansen er leder", "nyt"),
        ("Anne Hansen og Bo Jensen", "nyt"),
        ("Anne Hansen; Bo Jensen; Søren Vestergaard Madsen; Kim Lund", "nyt"),
        ("kontakt: vagten, Anne Hansen", "nyt"),
        ("Anne Hansen\u200b", "nyt"),
        ("A\u030ase Hansen", "nyt"),
        ("Anne Hansen <anne.hansen@kommune.dk>", "skriv"),
        ("Skriv til anne@bosted.dk før fredag.", "note"),
        ("20304050", "vagt"),
        ("8612 3456", "vagt"),
        ("86 12 34 56", "vagt"),
        ("86-12-34-56", "hovednummer"),
        ("Ring 86 12 34 56 mellem 8 og 15", "note"),
        ("+45 86123456", "nummer"),
        ("+4586123456", "cvrNummer"),
        ("0045 86 12 34 56", "note"),
        ("+46 70 123 45 67", "note"),
        ("tel:86123456", "link"),
        ("010203-1234", "sagsnummer"),
        ("Barn 311299-0001 " + "x" * SHORT, "note"),
        ("Tlf.: 86123456", "note"),
        ("Tlf. 861 23 456", "hovednummer"),
        ("mobil 20304050 (efter kl. 15)", "note"),
        ("(+45) 86123456", "nummer"),
        ("+45-86-12-34-56", "nummer"),
        ("86123456 / 40123456", "vagt"),
        ("86123456, 40123456", "vagt"),
        ("86123456 og 40 12 34 56", "vagt"),
        ("861 23 456", "vagt"),
        ("8612-3456", "vagt"),
        ("86.123.456", "vagt"),
        (86123456, "vagt"),
        ("0102031234", "barn"),
        ("010203 1234", "barn"),
        ("010203–1234", "sagsnummer"),
        ("CPR 010203 - 1234", "note"),
        ("Hansen, Anne", "vagt.navn"),
        ("Hansen, Anne Marie", "vagt.navn"),
        ("anne hansen", "vagt.navn"),
        ("ANNE HANSEN", "vagt.navn"),
        ("Anne P (visitator)", "visitatorNavn"),
        ("Anne P.", "visitatorNavn"),
        ("Anne Hansen", "kursus"),
        ("Anne Hansen", "sekretaer"),
        ("Hansen, Anne Marie Louise Vestergaard", "ansvar.navn"),
        ("70121314", "kontaktNr"),
        ("70121315", "vagtnummer"),
        ("Anne 70121316", "linje"),
        ("70121317 (kl. 8-15)", "tid"),
        ("4570121314", "nummer"),
        (70121300, "vagt"),
        (1512901234, "ident"),
        (102031234, "ident"),
        ("a＠b.dk", "skriv"),
        ("anne(at)firma.dk", "skriv"),
        ("anne [snabela] firma.dk", "skriv"),
        ("Anne", "vagt.navn"),
        ("søren", "fagligAfklaringAf"),
        ("Anne Hansen", "vagt.navn"),
        ("Anne-Marie von Østergård", "navn"),
        ("A. P. Møller", "name"),
        ("Anne Hansen", "ledelse"),
        ("Anne Hansen", "godkendtAf"),
        ("Anne Hansen", "vagthavende"),
    ],
)
def test_a_person_s_fact_is_known_by_its_value(value: object, name: str) -> None:
    assert shows_person(value, tuple(name.split(".")))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("12345678", "cvrNummer"),
        ("29189498", "cvr"),
        ("29 18 94 98", "cvrNummer"),
        ("1234567890", "pNummer"),
        ("1003123456", "pnr"),
        ("5790000123456", "ean"),
        ("8000", "postnummer"),
        ("8000 Aarhus C", "by"),
        ("20210304", "fra"),
        ("2021-03-04", "fra"),
        ("2023 2024 skoleår", "nyt"),
        ("Der er vagt 24 timer", "nyt"),
        ("Sankt Hans - tilbud", "nyt"),
        ("Lars Tyndskids Vej 5", "nyt"),
        (4_700_000_000, "nyt"),
        ("2021-03-04T08:12:33Z", "fra"),
        ("2019 2020", "periode"),
        ("2019-2020", "periode"),
        ("08.00-16.00", "aabent"),
        ("12345678", "beloeb"),
        ("1.234.567,00", "takst"),
        ("56.15674, 10.21076", "sted"),
        ("0a3f50a0-75eb-32b8-e044-0003ba298018", "adresseId"),
        ("ab010203-1234-4abc-8def-0003ba298018", "noegle"),
        ("990203-1234", "sag"),
        ("Fælles ledelse med nabohuset", "ledelse"),
        ("Nexus", "leveretAf"),
        ("Region Midtjylland", "region.navn"),
        ("Region Midtjylland", "navn"),
        ("Faaborg-Midtfyn", "kommunenavn"),
        ("Socialtilsyn Midt", "navn"),
        ("Ny Munkegade", "vejnavn"),
        ("Bostedet Lærkehøj ApS", "navn"),
        ("Høje Taastrup", "kommune.navn"),
        ("over et halvt år", "ventetid"),
        ("@", "x"),
        ("a@b", "x"),
        ("Vi ses til en snak. " * 12 + "Skriv til post@bosted.dk eller ring 86 12 34 56.", "beskrivelse2"),
        ("", "x"),
        (None, "x"),
        (86123456, "cvr"),
        (86123456, "beloeb"),
        (86123456, "budget2027"),
        (25000000, "ramme"),
        (1512901234, "pNummer"),
        ("Sag 2021-12345678", "note"),
        ("Niels Juels Gade", "vejnavn"),
        ("Kirsten Kimers Gade 7", "sted"),
        ("J.nr. 2021/12345678", "note"),
        ("20210304 og 20220304", "dage"),
        (20210304, "fra"),
        (8612345, "x"),
        (861234567, "x"),
        (True, "x"),
        (86.5, "x"),
        ("1003123456", "produktionsenhed"),
        ("8000-8999", "postnumre"),
        ("01-02-2021", "fra"),
        ("01.02.21 - 01.02.22", "periode"),
        ("Anna, Ida og Marie", "stuer"),
        ("Sol og Måne", "gruppe"),
        ("1990-1995", "periode"),
        ("Anneks Nord", "afdeling.navn"),
        ("Sol og måne", "gruppe"),
        ("personlig pleje og omsorg", "ydelse.navn"),
        ("4000 - 8000", "interval"),
        ("26.11.2026", "fra"),
        ("26112026", "fra"),
        ("2021-2022", "skoleaar"),
        (True, "x"),
    ],
)
def test_a_number_of_a_company_or_a_place_is_left_alone(value: object, name: str) -> None:
    assert not shows_person(value, tuple(name.split(".")))


@pytest.mark.parametrize(
    "piece",
    [
        "a@",
        "a@a.",
        "86 12 34 ",
        "010203-",
        "+4",
        "A ",
        "9",
        "00",
        "Anne ",
        "-",
        "tel:",
        "tlf 8",
        "8-",
        "8 ",
        "og ",
        "0101 ",
    ],
)
def test_looking_at_a_value_takes_no_more_than_linear_time(piece: str) -> None:
    def work(size: int) -> float:
        text = (piece * size)[: SHORT * size // 100]
        begun = time.process_time()
        for _ in range(20):
            shows_person(text, ("navn",))
        return time.process_time() - begun

    assert min(work(100_000) for _ in range(3)) < 40 * min(work(10_000) for _ in range(3)) + 0.05
