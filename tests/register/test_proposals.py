"""The mapping beside what a source has: what is covered, missing and unknown, and where a missing field may be."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.proposals import measure
from generator.register.mapping.mapping import canonical_names, default_mapping, default_mapping_text, read_mapping
from generator.register.mapping.proposals import Comparison, Missing, Proposal, Unknown, compare
from generator.register.mapping.rewriting import proposed_text
from generator.register.mapping.type_fit import ValueKind, fit, kind_of_field
from tests.support.source_fields import WRAPPER, default_types, renamed, with_objects

DEFAULT = default_mapping()
TYPES = default_types()
LEAVES = [path.removeprefix(f"{WRAPPER}.") for path, kind in TYPES.items() if kind != "object"]
OBJECTS = [path.removeprefix(f"{WRAPPER}.") for path, kind in TYPES.items() if kind == "object" and path != WRAPPER]


def proposed(comparison: Comparison) -> dict[str, str]:
    return {missing.name: missing.proposal.path for missing in comparison.missing if missing.proposal}


def without_proposal(comparison: Comparison) -> set[str]:
    return {missing.name for missing in comparison.missing if missing.proposal is None}


def without(types: dict[str, str], *paths: str) -> dict[str, str]:
    """The types without these paths (inside the wrapper) and all below them."""
    gone = tuple(f"{WRAPPER}.{path}" for path in paths)
    return {
        path: kind
        for path, kind in types.items()
        if path not in gone and not path.startswith(tuple(f"{p}." for p in gone))
    }


def having(types: dict[str, str], **more: str) -> dict[str, str]:
    """The types and more leaves, given as tilbud__navn="text"."""
    leaves = {path: kind for path, kind in types.items() if kind != "object"}
    return with_objects(leaves | {f"{WRAPPER}.{path.replace('__', '.')}": kind for path, kind in more.items()})


# ---- Covered and unknown -------------------------------------------------------------------


def test_a_source_that_has_it_all() -> None:
    found = compare(DEFAULT, TYPES)
    assert len(found.covered) == 1 + 5 + len(DEFAULT.sources)  # wrapper, identity without demo, fields
    assert all(covered.is_likely for covered in found.covered)
    assert (found.missing, found.unknown, found.changed) == ((), (), None)


def test_of_several_paths_of_an_identity_one_is_enough() -> None:
    found = compare(DEFAULT, without(TYPES, "tilbudsId", "demo"))
    assert found.missing == ()
    [covered] = [covered for covered in found.covered if covered.name == "identity.tilbudsId"]
    assert covered.path == "tilbud.tilbudsId"


def test_what_the_mapping_does_not_name() -> None:
    types = having(TYPES, tilbud__ejerform="keyword", tilbud__felt__a="long") | {"andet": "object", "andet.b": "ip"}
    assert compare(DEFAULT, types).unknown == (
        Unknown("tilbud.ejerform", "keyword"),
        Unknown("tilbud.felt.a", "long"),
        Unknown("andet.b", "ip", is_outside=True),
    )


def test_a_field_of_the_operators_own_takes_all_that_is_below_it() -> None:
    text = default_mapping_text().replace("[fields]\n", '[fields]\nejerform = "tilbud.ejerform"\n')
    mapping = read_mapping(text.replace("[labels]\n", '[labels]\nejerform = "Ejerform"\n'), "mapping.toml")
    found = compare(mapping, having(TYPES, tilbud__ejerform__kode="keyword"))
    assert (found.missing, found.unknown) == ((), ())
    [covered] = [covered for covered in found.covered if covered.name == "fields.ejerform"]
    assert (covered.type, covered.expected, covered.is_likely) == ("object", ValueKind.ANY, True)


def test_a_point_has_members_that_no_mapping_lists() -> None:
    types = having(without(TYPES, "tilbud.adresse.wgs84"), tilbud__adresse__wgs84="geo_point")
    found = compare(DEFAULT, types)
    assert (found.missing, found.unknown) == ((), ())
    assert all(covered.is_likely for covered in found.covered)


def test_types_that_are_not_what_they_were() -> None:
    before = TYPES | {f"{WRAPPER}.tilbud.pNummer": "long", f"{WRAPPER}.gone": "text"}
    [changed] = compare(DEFAULT, TYPES, before).changed or ()
    assert (changed.path, changed.before, changed.now) == (f"{WRAPPER}.tilbud.pNummer", "long", "keyword")
    assert compare(DEFAULT, TYPES, TYPES).changed == ()


# ---- Types ---------------------------------------------------------------------------------


def test_every_field_of_ours_has_a_kind() -> None:
    kinds = {name: kind_of_field(name) for name in canonical_names()}
    assert ValueKind.ANY not in kinds.values()
    assert kinds["takster[].beloeb"] == kinds["adresse.wgs84.lat"] == ValueKind.NUMBER
    assert kinds["godkendelse.pladser[].antal"] == ValueKind.INTEGER
    assert kinds["tilsynsrapporter[].dato"] == ValueKind.DATE
    assert kinds["virksomhed.cvrNummer"] == kinds["afdelinger[].afdelingsId"] == ValueKind.CODE
    assert kinds["metoder"] == kinds["navn"] == ValueKind.TEXT
    assert kind_of_field("noget helt andet") == ValueKind.ANY


@pytest.mark.parametrize(
    ("kind", "fitting", "possible", "unlikely"),
    [
        (ValueKind.TEXT, "text keyword", "", "long double date boolean object geo_point"),
        (ValueKind.CODE, "text keyword long integer short byte", "", "double date boolean nested"),
        (ValueKind.DATE, "date", "keyword text long", "double boolean"),
        (ValueKind.INTEGER, "long integer short byte", "double float half_float scaled_float", "keyword date object"),
        (ValueKind.NUMBER, "double float half_float scaled_float long", "", "keyword date boolean"),
        (ValueKind.ANY, "text long object nested geo_point", "", ""),
    ],
)
def test_families_of_types(kind: ValueKind, fitting: str, possible: str, unlikely: str) -> None:
    found = {one: fit(kind, one) for one in f"{fitting} {possible} {unlikely}".split()}
    assert {one for one, value in found.items() if value == 1} == set(fitting.split())
    assert {one for one, value in found.items() if 0 < value < 1} == set(possible.split())


def test_two_indices_behind_an_alias_must_both_fit() -> None:
    assert fit(ValueKind.DATE, "date|keyword") == fit(ValueKind.DATE, "keyword")
    assert fit(ValueKind.DATE, "date|boolean") == 0


def test_two_names_that_are_swapped_are_covered_with_a_warning() -> None:
    types = TYPES | {f"{WRAPPER}.tilbud.takster.ydelse": "double", f"{WRAPPER}.tilbud.takster.beloeb": "text"}
    found = compare(DEFAULT, types)
    assert found.missing == ()
    assert {c.name for c in found.covered if not c.is_likely} == {"fields.takster[].ydelse", "fields.takster[].beloeb"}


def test_a_type_that_does_not_fit_costs_a_proposal() -> None:
    """Of two names that are equally alike, the one with a number is taken for the number."""
    types = without(TYPES, "tilbud.takster.beloeb")
    both = having(types, tilbud__takster__beloebA="text", tilbud__takster__beloebB="double")
    assert proposed(compare(DEFAULT, both)) == {"fields.takster[].beloeb": "tilbud.takster[].beloebB"}
    one = compare(DEFAULT, having(types, tilbud__takster__beloebA="text"))
    other = compare(DEFAULT, having(types, tilbud__takster__beloebA="double"))
    assert score(one, "fields.takster[].beloeb") < score(other, "fields.takster[].beloeb")


def score(comparison: Comparison, name: str) -> float:
    [missing] = [missing for missing in comparison.missing if missing.name == name]
    assert missing.proposal is not None
    return missing.proposal.score


# ---- Proposals -----------------------------------------------------------------------------


def test_renamed_fields() -> None:
    names = {
        "tilbud.navn": "tilbud.tilbudsnavn",
        "tilbud.pNummer": "tilbud.produktionsenhedsnummer",
        "tilbud.kontakt.leder": "tilbud.kontakt.forstander",
        "tilbud.virksomhed.cvrNummer": "tilbud.virksomhed.CVR_nr",
        "version": "versionsnummer",
        "sidstIndlaest": "sidst_indlæst",
    }
    found = compare(DEFAULT, renamed(TYPES, names))
    assert proposed(found) == {
        "fields.navn": "tilbud.tilbudsnavn",
        "fields.pNummer": "tilbud.produktionsenhedsnummer",
        "fields.kontakt.leder": "tilbud.kontakt.forstander",
        "fields.virksomhed.cvrNummer": "tilbud.virksomhed.CVR_nr",
        "identity.version": "versionsnummer",
        "identity.sidstIndlaest": "sidst_indlæst",
    }
    assert len(found.missing) == len(names)
    assert {one.path: one.proposed_for for one in found.unknown}["versionsnummer"] == "identity.version"


def test_a_renamed_subtree_is_found_as_one() -> None:
    found = compare(DEFAULT, renamed(TYPES, {"tilbud.godkendelse": "tilbud.tilladelse"}))
    assert proposed(found) == {
        missing.name: missing.paths[0].replace("godkendelse", "tilladelse") for missing in found.missing
    }
    assert len(found.missing) == 5


def test_everything_inside_another_object_or_in_none() -> None:
    inside = compare(DEFAULT, renamed(TYPES, {"tilbud": "offer"}))
    assert proposed(inside) == {
        f"fields.{n}": p.replace("tilbud.", "offer.") for n, p in DEFAULT.sources.items() if n != "status"
    }
    flat = without(TYPES, "tilbud.tilbudsId")
    flattened = compare(DEFAULT, renamed(flat, {"tilbud": ""}))
    assert proposed(flattened) == {f"fields.{n}": p[7:] for n, p in DEFAULT.sources.items() if n != "status"}


def test_lists_get_their_brackets_where_the_list_is() -> None:
    names = {
        "tilbud.afdelinger": "tilbud.enheder",
        "tilbud.afdelinger.pladser": "tilbud.enheder.kapacitet",
        "tilbud.afdelinger.adresse.wgs84": "tilbud.enheder.adresse.position",
        "tilbud.takster": "tilbud.oekonomi.priser",
    }
    found = proposed(compare(DEFAULT, renamed(TYPES, names)))
    assert found["fields.afdelinger[].navn"] == "tilbud.enheder[].navn"
    assert found["fields.afdelinger[].pladser[].antal"] == "tilbud.enheder[].kapacitet[].antal"
    assert found["fields.afdelinger[].adresse.wgs84.lon"] == "tilbud.enheder[].adresse.position.lon"
    assert found["fields.afdelinger[].maalgrupper"] == "tilbud.enheder[].maalgrupper"
    assert found["fields.takster[].beloeb"] == "tilbud.oekonomi.priser[].beloeb"


def test_lists_with_the_same_fields_are_told_apart_by_name() -> None:
    names = {
        "tilbud.driftsaftaler": "tilbud.driftsaftale",
        "tilbud.fasteaftaler": "tilbud.fastAftale",
        "tilbud.samarbejdskommuner": "tilbud.samarbejdendeKommuner",
    }
    found = proposed(compare(DEFAULT, renamed(TYPES, names)))
    assert found["fields.driftsaftaler[].cvrNummer"] == "tilbud.driftsaftale[].cvrNummer"
    assert found["fields.fasteaftaler[].cvrNummer"] == "tilbud.fastAftale[].cvrNummer"
    assert found["fields.samarbejdskommuner[].cvrNummer"] == "tilbud.samarbejdendeKommuner[].cvrNummer"


def test_a_field_of_a_list_stays_in_its_list() -> None:
    types = having(without(TYPES, "tilbud.takster.enhed"), tilbud__enhed="text", tilbud__metode__enhed="text")
    assert without_proposal(compare(DEFAULT, types)) == {"fields.takster[].enhed"}
    types = having(without(TYPES, "tilbud.beskrivelse"), tilbud__takster__beskrivelse="text")
    assert without_proposal(compare(DEFAULT, types)) == {"fields.beskrivelse"}


def test_a_renamed_wrapper() -> None:
    found = compare(DEFAULT, renamed(TYPES, {WRAPPER: "Konvolut"}) | {"meta": "object", "meta.kilde": "keyword"})
    assert proposed(found) == {"document.wrapper": "Konvolut"}
    assert found.unknown == (Unknown("meta.kilde", "keyword", is_outside=True),)
    bare = {path.removeprefix(f"{WRAPPER}."): kind for path, kind in TYPES.items() if path != WRAPPER}
    assert proposed(compare(DEFAULT, bare)) == {"document.wrapper": ""}


def test_a_mapping_without_a_wrapper_finds_the_one_that_is_there() -> None:
    mapping = read_mapping(default_mapping_text().replace('wrapper = "TilbudEnvelope"', 'wrapper = ""'), "mapping.toml")
    found = proposed(compare(mapping, TYPES))
    assert found["fields.navn"] == "TilbudEnvelope.tilbud.navn"
    assert found["fields.takster[].beloeb"] == "TilbudEnvelope.tilbud.takster[].beloeb"


def test_nothing_is_proposed_where_nothing_is_alike() -> None:
    types = having(without(TYPES, "tilbud.navn", "tilbud.kontakt"), tilbud__x__xyz="text", tilbud__q="boolean")
    found = compare(DEFAULT, types)
    assert proposed(found) == {}
    assert len(found.missing) == 5
    other = with_objects({"Person.cpr": "keyword", "Person.x": "long"})
    found = compare(DEFAULT, other)
    assert (found.covered, proposed(found)) == ((), {})
    assert {one.path for one in found.unknown} == {"Person.cpr", "Person.x"}


def test_a_name_that_everything_has_needs_its_place() -> None:
    types = having(without(TYPES, "tilbud.driftsherre"), tilbud__sagsbehandler__navn="text")
    assert "fields.driftsherre.navn" in without_proposal(compare(DEFAULT, types))


def test_an_alias_or_an_object_is_no_place_for_a_field() -> None:
    types = having(without(TYPES, "tilbud.beskrivelse"), tilbud__beskrivelser="alias", tilbud__beskriv="nested")
    assert without_proposal(compare(DEFAULT, types)) == {"fields.beskrivelse"}


def test_the_only_number_left_in_a_list_is_its_number() -> None:
    found = compare(DEFAULT, renamed(TYPES, {"tilbud.takster.beloeb": "tilbud.takster.vederlag"}))
    [missing] = found.missing
    assert missing.proposal is not None
    assert (missing.proposal.path, missing.proposal.by_type_only) == ("tilbud.takster[].vederlag", True)
    assert missing.proposal.score <= 0.5
    two = having(
        without(TYPES, "tilbud.takster.beloeb"), tilbud__takster__vederlag="double", tilbud__takster__moms="float"
    )
    assert proposed(compare(DEFAULT, two)) == {}


def test_each_path_is_proposed_once_and_to_the_one_that_it_suits_best() -> None:
    types = having(
        without(TYPES, "tilbud.maalgrupper.alderFra", "tilbud.maalgrupper.alderTil"),
        tilbud__maalgrupper__fraAlder="byte",
    )
    found = compare(DEFAULT, types)
    assert proposed(found) == {"fields.maalgrupper[].alderFra": "tilbud.maalgrupper[].fraAlder"}
    assert without_proposal(found) == {"fields.maalgrupper[].alderTil"}


def test_a_name_that_everything_has_goes_where_its_neighbours_go() -> None:
    names = {f"tilbud.{name}": f"tilbud.stamdata.{name}" for name in ("navn", "pNummer", "beskrivelse")}
    types = having(renamed(TYPES, names), tilbud__aaa__navn="text", tilbud__aaa__beskrivelse="text")
    found = compare(DEFAULT, types)
    assert proposed(found) == {f"fields.{name[7:]}": path for name, path in names.items()}
    assert all(missing.proposal and not missing.proposal.as_likely for missing in found.missing)


def test_a_draw_is_told() -> None:
    names = {"alderFra": "maksimumsalder", "alderTil": "minimumsalder"}
    types = renamed(TYPES, {f"tilbud.maalgrupper.{old}": f"tilbud.maalgrupper.{new}" for old, new in names.items()})
    found = compare(DEFAULT, types)
    assert {missing.proposal.as_likely for missing in found.missing if missing.proposal} == {
        ("tilbud.maalgrupper[].minimumsalder",),
        ("tilbud.maalgrupper[].maksimumsalder",),
    }
    assert '# proposed, unsure, as likely: "tilbud.maalgrupper[].minimumsalder"; was "tilbud.maa' in proposed_text(
        DEFAULT, found
    )


def test_a_field_without_a_proposal_goes_with_its_list() -> None:
    """All fields of a list of ours must come from one list of the source, found or not."""
    names = {"tilbud.takster": "tilbud.priser", "tilbud.takster.enhed": "tilbud.priser.xyz"}
    found = compare(DEFAULT, renamed(TYPES, names))
    [lost] = [missing for missing in found.missing if missing.proposal is None]
    assert (lost.name, lost.stays) == ("fields.takster[].enhed", "tilbud.priser[].enhed")


def test_a_path_that_was_given_away_is_not_kept_for_another() -> None:
    text = (
        default_mapping_text()
        .replace("takster[].enhed", "takster[].enh")
        .replace("tilbud.takster[].beloeb", "tilbud.takster[].enhed")
    )
    text = text.replace('"takster[].enh" =', '"takster[].enhed" =')
    mapping = read_mapping(text, "mapping.toml")
    found = compare(mapping, without(renamed(TYPES, {"tilbud.takster": "tilbud.priser"}), "tilbud.priser.beloeb"))
    stays = {missing.name: missing.stays for missing in found.missing if missing.proposal is None}
    assert proposed(found)["fields.takster[].enhed"] == "tilbud.priser[].enhed"
    assert stays == {"fields.takster[].beloeb": "tilbud.priser[].enhed_missing"}
    assert read_mapping(proposed_text(mapping, found), "new").sources["takster[].beloeb"] in stays.values()


def test_a_source_of_another_making() -> None:
    """Nothing stands where the mapping says, most has another name, and some of it is not there at all."""
    fields = """
        tilbudId:long versionsnummer:integer registreringFra:date registreringTil:date sidstIndlaest:date
        sidstOpdateret:date livscyklusstatus:keyword stamdata.navn:text stamdata.pNummer:long stamdata.tilbudstype:text
        stamdata.beskrivelse:text stamdata.leder:text stamdata.telefonnummer:keyword stamdata.mailadresse:keyword
        virksomhed.cvrNummer:long virksomhed.virksomhedsnavn:text sted.vejnavn:text sted.husnr:keyword
        sted.postnr:keyword sted.postdistrikt:text sted.kommunekode:keyword sted.punkt:geo_point
        godkendelse.godkendelsesdato:date godkendelse.pladser.paragraf:keyword godkendelse.pladser.antalPladser:byte
        maalgruppe.betegnelse:text maalgruppe.fraAlder:byte maalgruppe.tilAlder:byte kontakt.www:keyword
        metode.navn:text takst.enhed:keyword takst.ydelsestype:text takst.pris:scaled_float
        afdeling.afdelingsid:long afdeling.navn:text
        afdeling.plads.paragraf:keyword afdeling.plads.antal:integer tilsynsrapport.titel:text
        tilsynsrapport.rapportdato:date tilsynsrapport.link:keyword
    """
    leaves = dict(field.split(":") for field in fields.split())
    found = compare(DEFAULT, with_objects({f"{WRAPPER}.{path}": kind for path, kind in leaves.items()}))
    assert proposed(found) == {
        "identity.tilbudsId": "tilbudId",
        "identity.version": "versionsnummer",
        "identity.gyldigFra": "registreringFra",
        "identity.gyldigTil": "registreringTil",
        "fields.status": "livscyklusstatus",
        "fields.navn": "stamdata.navn",
        "fields.pNummer": "stamdata.pNummer",
        "fields.beskrivelse": "stamdata.beskrivelse",
        "fields.kontakt.leder": "stamdata.leder",
        "fields.kontakt.telefon": "stamdata.telefonnummer",
        "fields.kontakt.email": "stamdata.mailadresse",
        "fields.kontakt.hjemmeside": "kontakt.www",
        "fields.virksomhed.cvrNummer": "virksomhed.cvrNummer",
        "fields.virksomhed.navn": "virksomhed.virksomhedsnavn",
        "fields.adresse.vejnavn": "sted.vejnavn",
        "fields.adresse.husnummer": "sted.husnr",
        "fields.adresse.postnummer": "sted.postnr",
        "fields.adresse.postdistrikt": "sted.postdistrikt",
        "fields.adresse.kommunekode": "sted.kommunekode",
        "fields.adresse.wgs84.lat": "sted.punkt.lat",
        "fields.adresse.wgs84.lon": "sted.punkt.lon",
        "fields.godkendelse.dato": "godkendelse.godkendelsesdato",
        "fields.godkendelse.pladser[].paragraf": "godkendelse.pladser[].paragraf",
        "fields.godkendelse.pladser[].antal": "godkendelse.pladser[].antalPladser",
        "fields.maalgrupper[].navn": "maalgruppe[].betegnelse",
        "fields.maalgrupper[].alderFra": "maalgruppe[].fraAlder",
        "fields.maalgrupper[].alderTil": "maalgruppe[].tilAlder",
        "fields.takster[].enhed": "takst[].enhed",
        "fields.takster[].ydelse": "takst[].ydelsestype",
        "fields.takster[].beloeb": "takst[].pris",
        "fields.afdelinger[].afdelingsId": "afdeling[].afdelingsid",
        "fields.afdelinger[].navn": "afdeling[].navn",
        "fields.afdelinger[].pladser[].paragraf": "afdeling[].plads[].paragraf",
        "fields.afdelinger[].pladser[].antal": "afdeling[].plads[].antal",
        "fields.tilsynsrapporter[].titel": "tilsynsrapport[].titel",
        "fields.tilsynsrapporter[].dato": "tilsynsrapport[].rapportdato",
        "fields.tilsynsrapporter[].url": "tilsynsrapport[].link",
    }


# ---- The same name, one object further in ---------------------------------------------------


def proposal_of(name: str, types: dict[str, str]) -> Proposal:
    [proposal] = [missing.proposal for missing in compare(DEFAULT, types).missing if missing.name == name]
    assert proposal is not None
    return proposal


@pytest.mark.parametrize(
    ("field", "alike", "same"),
    [
        ("adresse.kommunekode", "adresse.vejkode", "adresse.kommune.kommuneKode"),
        ("adresse.kommunenavn", "adresse.bynavn", "adresse.kommune.kommuneNavn"),
        ("adresse.kommunenavn", "adresse.kommunenavne", "adresse.kommune.KOMMUNE_NAVN"),
        ("pNummer", "sagsnummer", "enhed.pNummer"),
        ("driftsherre.cvrNummer", "driftsherre.pNummer", "driftsherre.cvr.cvrNummer"),
        ("driftsherre.cvrNummer", "driftsherre.cvrNumre", "driftsherre.identifikation.CvrNummer"),
        ("virksomhed.navn", "virksomhed.binavn", "virksomhed.navne.navn"),
    ],
)
def test_the_same_name_one_object_further_in_wins_over_one_that_is_only_alike(
    field: str, alike: str, same: str
) -> None:
    kind = TYPES[f"{WRAPPER}.tilbud.{field}"]
    types = having(without(TYPES, f"tilbud.{field}"), **{f"tilbud.{alike}": kind, f"tilbud.{same}": kind})
    assert proposal_of(f"fields.{field}", types).path == f"tilbud.{same}"


def test_a_date_one_object_further_in_wins_over_one_that_is_only_alike() -> None:
    types = having(
        without(TYPES, "tilbud.godkendelse.dato"),
        tilbud__godkendelse__slutdato="date",
        tilbud__godkendelse__afgoerelse__dato="date",
    )
    assert proposal_of("fields.godkendelse.dato", types).path == "tilbud.godkendelse.afgoerelse.dato"


@pytest.mark.parametrize("other", ["vejkode", "landekode", "vej_kode", "VEJKODE", "adressens.vejkode"])
def test_a_street_is_never_taken_for_a_municipality(other: str) -> None:
    types = having(without(TYPES, "tilbud.adresse.kommunekode"), **{f"tilbud.adresse.{other}": "integer"})
    assert without_proposal(compare(DEFAULT, types)) == {"fields.adresse.kommunekode"}


@pytest.mark.parametrize("theirs", ["sidst_indlæst", "sidstIndlæst", "SIDST_INDLAEST", "sidstIndl\u00e6st"])
def test_the_same_name_in_another_spelling_is_sure(theirs: str) -> None:
    found = proposal_of("identity.sidstIndlaest", renamed(TYPES, {"sidstIndlaest": theirs}))
    assert (found.path, found.is_sure) == (theirs, True)


def test_the_same_name_in_an_object_of_anything_is_proposed_and_not_sure() -> None:
    types = having(without(TYPES, "tilbud.virksomhed.navn"), tilbud__virksomhed__revisor__navn="text")
    found = proposal_of("fields.virksomhed.navn", types)
    assert (found.path, found.is_sure) == ("tilbud.virksomhed.revisor.navn", False)
    assert found.score < 0.9


def test_what_the_platform_calls_the_same_elsewhere() -> None:
    moved = {
        "tilbud.adresse": "tilbud.beliggenhedsadresse",
        "tilbud.virksomhed.virksomhedsform.kode": "tilbud.virksomhed.virksomhedsform.virksomhedsformkode",
        "tilbud.virksomhed.virksomhedsform.beskrivelse": "tilbud.virksomhed.virksomhedsform.langBeskrivelse",
    }
    types = having(renamed(TYPES, moved), tilbud__virksomhed__virksomhedsform__kortBeskrivelse="text")
    found = compare(DEFAULT, types)
    assert all(missing.proposal and missing.proposal.is_sure for missing in found.missing)
    assert proposed(found)["fields.adresse.kommunekode"] == "tilbud.beliggenhedsadresse.kommunekode"
    form = proposed(found)["fields.virksomhed.virksomhedsform.beskrivelse"]
    assert form == "tilbud.virksomhed.virksomhedsform.langBeskrivelse"


def test_a_list_that_is_not_there_takes_no_part_of_an_object_that_is() -> None:
    """samarbejdskommuner is no kommune of an address, though its fields are called alike."""
    leaves = {f"{WRAPPER}.tilbud.adresse.{name}": "text" for name in ("vejnavn", "husnummer", "postnummer")}
    leaves |= {f"{WRAPPER}.tilbud.adresse.kommune.{name}": "text" for name in ("kommuneKode", "kommuneNavn")}
    found = proposed(compare(DEFAULT, with_objects({**leaves, f"{WRAPPER}.tilbudsId": "long"})))
    assert found == {
        "fields.adresse.kommunekode": "tilbud.adresse.kommune.kommuneKode",
        "fields.adresse.kommunenavn": "tilbud.adresse.kommune.kommuneNavn",
    }


def test_no_other_way_to_be_sure_than_the_same_name() -> None:
    found = proposal_of("fields.kontakt.leder", renamed(TYPES, {"tilbud.kontakt.leder": "tilbud.kontakt.forstander"}))
    assert (found.path, found.is_sure) == ("tilbud.kontakt.forstander", False)


def test_forty_sources_of_another_making() -> None:
    """The figures that docs/figures.md gives; `python -m benchmarks.proposals` prints them."""
    found = measure(range(40))
    assert found.there > 450
    assert found.share >= 0.95, found.lines
    assert found.wrong_and_sure == 0, found.lines
    assert found.sure > found.right / 2


# ---- Laws ----------------------------------------------------------------------------------

names = st.sampled_from(
    ["navn", "kode", "takst", "pris", "status", "id", "enhed", "pladser", "adresse", "xyz", "tilbudsnavn"]
)
moves = st.dictionaries(
    st.sampled_from([*LEAVES, *OBJECTS]),
    st.builds(lambda above, name: f"{above}.{name}", st.sampled_from(OBJECTS), names) | names,
    max_size=8,
)


@given(moves, st.sets(st.sampled_from(LEAVES), max_size=20))
def test_whatever_a_source_calls_its_fields(moved: dict[str, str], gone: set[str]) -> None:
    leaves = {p: k for p, k in without(renamed(TYPES, moved), *gone).items() if k != "object"}
    types = with_objects(leaves)
    # Elasticsearch has no path that is both a value and an object: the moves must not have put one upon the other.
    assume(not any(path.rpartition(".")[0] in leaves for path in types))
    found = compare(DEFAULT, types)
    asked = [covered.name for covered in found.covered] + [missing.name for missing in found.missing]
    assert len(asked) == len(set(asked)) == 1 + 5 + len(DEFAULT.sources)
    paths = [plain(path) for path in proposed(found).values()]
    assert not [path for path, count in Counter(paths).items() if count > 1]
    assert not set(paths) & {plain(covered.path) for covered in found.covered}
    assert all(f"{WRAPPER}.{path}" in types for path in paths)
    assert all(has_brackets_of_its_name(missing) for missing in found.missing)
    again = read_mapping(proposed_text(DEFAULT, found), "the proposal")
    covered = {each.name: each for each in compare(again, types).covered}
    expected = {each.name for each in found.covered} | {each.name for each in found.proposed}
    assert covered.keys() >= expected
    # What follows its list to where the rest of it has gone may meet something of another type there, which is told.
    assert not any(covered[name].is_likely for name in covered.keys() - expected)


def test_what_follows_its_list_to_another_type_is_unlikely() -> None:
    moved = {"tilbud": "pladser", "tilbud.afdelinger": "tilbud.navn"}
    types = with_objects({path: kind for path, kind in renamed(TYPES, moved).items() if kind != "object"})
    found = compare(DEFAULT, types)
    after = compare(read_mapping(proposed_text(DEFAULT, found), "the proposal"), types)
    followed = [each for each in after.covered if each.name == "fields.afdelinger[].maalgrupper"]
    assert [(each.path, each.type, each.is_likely) for each in followed] == [("pladser[].maalgrupper", "object", False)]


def plain(path: str) -> str:
    return path.replace("[]", "")


def has_brackets_of_its_name(missing: Missing) -> bool:
    """Whether the proposal has as many [] as the name."""
    return missing.proposal is None or missing.proposal.path.count("[]") == missing.name.count("[]")
