"""An offer's facts through the years: what a timeline draws, and since when each fact has held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from generator.register.history.intervals import (
    Interval,
    Sanction,
    in_force,
    intervals,
    sanctions,
    sparse_intervals,
)
from generator.register.history.timeline import Offer, Since, Version, begin_of_run
from generator.register.model.models import Adresse, Takst, Tilbud, Virksomhed
from generator.register.model.vocabulary import paragraph_identity, theme_identity

T = TypeVar("T")

Key = tuple[str, ...]  # ("status",), ("places", identity of the paragraph), ("price", service) …


@dataclass(frozen=True, slots=True)
class FactHistory:
    """The lines of an offer's timeline, oldest first, and the beginning of each fact that holds now."""

    status: tuple[Interval[str], ...]
    paragraphs: tuple[
        tuple[str, tuple[Interval[str], ...]], ...
    ]  # identity; what it was called, "" while it was not there
    places: tuple[Interval[int | None], ...]
    price: Takst | None  # what the line below is about: the first service that has a price now
    prices: tuple[Interval[float | None], ...]  # in the unit of today only; None where there was no such price
    leaders: tuple[Interval[str], ...]
    sanctions: tuple[Sanction, ...]  # newest first
    scores: dict[str, tuple[Interval[float | None], ...]]  # by theme_identity
    since: dict[Key, Since]


def make_fact_history(offer: Offer) -> FactHistory:
    """Follows the facts of an offer through its versions; needs `offer.versions`."""
    held = in_force(offer)
    price = main_price(offer.current)
    return FactHistory(
        status=intervals(held, lambda tilbud: tilbud.godkendelse.status or ""),
        paragraphs=tuple(_paragraphs(held)),
        places=intervals(held, places_of),
        price=price,
        prices=intervals(held, lambda tilbud: _price_of(tilbud, price)) if price else (),
        leaders=intervals(held, lambda tilbud: tilbud.kontakt.leder or ""),
        sanctions=sanctions(offer, held),
        scores=_scores(offer.current, held),
        since=_since(held),
    )


def places_of(tilbud: Tilbud) -> int | None:
    """All approved places together; None where the data has none."""
    numbers = [plads.antal for plads in tilbud.godkendelse.pladser if plads.antal is not None]
    return sum(numbers) if numbers else None


def places_are_whole(tilbud: Tilbud) -> bool:
    """Whether every paragraph says how many places it has, so that their sum is all."""
    return all(plads.antal is not None for plads in tilbud.godkendelse.pladser)


def main_price(tilbud: Tilbud) -> Takst | None:
    """The first service that has a price."""
    return next((takst for takst in tilbud.takster if takst.beloeb is not None), None)


def _price_of(tilbud: Tilbud, price: Takst) -> float | None:
    return next((t.beloeb for t in tilbud.takster if (t.ydelse, t.enhed) == (price.ydelse, price.enhed)), None)


def _paragraphs(held: Sequence[Version]) -> Iterable[tuple[str, tuple[Interval[str], ...]]]:
    names = [
        {paragraph_identity(p.paragraf): p.paragraf for p in version.tilbud.godkendelse.pladser if p.paragraf}
        for version in held
    ]
    for identity, names_by_version in _by_key(names).items():
        yield identity, sparse_intervals(held, names_by_version, "")


def _scores(current: Tilbud, held: Sequence[Version]) -> dict[str, tuple[Interval[float | None], ...]]:
    scores = [
        {theme_identity(k.tema): k.score for k in version.tilbud.kvalitetsvurdering if k.tema} for version in held
    ]
    themes = {theme_identity(k.tema) for k in current.kvalitetsvurdering if k.tema}
    by_theme = _by_key(scores)
    return {theme: sparse_intervals(held, by_theme.get(theme, {}), None) for theme in sorted(themes)}


def _by_key(versions: Sequence[dict[str, T]]) -> dict[str, dict[int, T]]:
    """What versions tell of each key: the version's index → what it tells."""
    found: dict[str, dict[int, T]] = {}
    for index, values in enumerate(versions):
        for key, value in values.items():
            found.setdefault(key, {})[index] = value
    return found


def _since(held: Sequence[Version]) -> dict[Key, Since]:
    """For each fact of the current version, where the run that it belongs to begins."""
    if not held:
        return {}
    facts = [_facts(version.tilbud) for version in held]
    former = [[(seen_at, _facts(tilbud)) for seen_at, tilbud in reversed(version.former)] for version in held]
    found = {key: _since_of(key, held, facts, former) for key in facts[-1]}
    return {key: since for key, since in found.items() if since is not None}


def _since_of(
    key: Key,
    held: Sequence[Version],
    facts: Sequence[dict[Key, Any]],
    former: Sequence[Sequence[tuple[datetime, dict[Key, Any]]]],
) -> Since | None:
    """Where the run of one fact begins; `former` is what each version said before, and until when, newest first."""
    value = facts[-1][key]
    index, seen_at = begin_of_run(
        [version.gap_since is not None for version in held],
        lambda place: facts[place].get(key) == value,
        lambda place: next((seen_at for seen_at, said in former[place] if said.get(key) != value), None),
    )
    if seen_at is not None:
        return Since(seen_at, is_known=True, is_corrected=True)
    moment = held[index].gyldig_fra
    return Since(moment, is_known=index > 0) if moment is not None else None


def _facts(tilbud: Tilbud) -> dict[Key, Any]:
    """What is compared; of an address and a company their keys, so that what the platform fills in is no change."""
    kontakt, godkendelse = tilbud.kontakt, tilbud.godkendelse
    facts: dict[Key, Any] = {
        ("name",): tilbud.navn,
        ("status",): (tilbud.status, godkendelse.status),
        ("authority",): godkendelse.socialtilsyn,
        ("places",): places_of(tilbud),
        ("address",): _address_key(tilbud.adresse),
        ("kommune",): tilbud.adresse.kommunekode or tilbud.adresse.kommunenavn,
        ("driftsherre",): _company_key(tilbud.driftsherre),
        ("virksomhed",): _company_key(tilbud.virksomhed),
        ("p_nummer",): tilbud.p_nummer,
        ("leder",): kontakt.leder,
        ("telefon",): kontakt.telefon,
        ("email",): kontakt.email,
        ("hjemmeside",): kontakt.hjemmeside,
        ("beskrivelse",): tilbud.beskrivelse,
    }
    # Identities repeat in practice: what stands under one is compared together.
    repeated: dict[Key, list[Any]] = {}
    for plads in godkendelse.pladser:
        repeated.setdefault(("places", paragraph_identity(plads.paragraf or "")), []).append(plads.antal)
    for group in tilbud.maalgrupper:
        repeated.setdefault(("group", group.navn or ""), []).append((group.alder_fra, group.alder_til))
    for takst in tilbud.takster:
        repeated.setdefault(("price", takst.ydelse or ""), []).append((takst.beloeb, takst.enhed))
    for kvalitet in tilbud.kvalitetsvurdering:
        repeated.setdefault(("score", theme_identity(kvalitet.tema or "")), []).append(kvalitet.score)
    in_order = {key: sorted(values, key=str) for key, values in repeated.items()}  # their order says nothing
    return {key: value for key, value in facts.items() if value is not None} | in_order


def _address_key(adresse: Adresse) -> Any:
    number, level = (adresse.husnummer, adresse.husbogstav), (adresse.etage, adresse.doer)
    parts = (adresse.vejnavn, *number, *level, adresse.postnummer)
    return adresse.adresse_id or (parts if any(parts) else None)


def _company_key(company: Virksomhed) -> str | None:
    return company.cvr_nummer or company.navn
