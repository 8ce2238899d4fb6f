"""The queries of `queries.toml`, and which offers of a register are right answers to each.

What is right follows from the data alone, never from what a search answers: a query's `want` names conditions, and
every offer that fulfils all of them is right.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generator.agreement import EVERYTHING, compile_policy
from generator.archive.reader import Archive
from generator.register.history.layouts import unfold
from generator.register.history.timeline import Offer, read_offers
from generator.register.mapping.mapping import Mapping, parse_path
from generator.register.mapping.mapping import Path as MappingPath
from generator.register.model.documents import Pulls
from generator.register.model.models import Adresse
from generator.register.model.vocabulary import paragraph_identity

BATCH = 100  # offers: what was read of them is let go again
TEXT = "tekst"
KINDS = frozenset(
    {
        "inflection", "compound", "letters", "paragraph", "number", "former", "typo", "words", "address",
        "group+place", "paragraph+place", "fragment", "name", "provider",
    }
)  # fmt: skip
KEYS = frozenset(
    {
        "id", "navn", "tidligere", "afdeling", "virksomhed", "kommune", "adresse", "vej", "postnummer", "by",
        "grundlag", "maalgruppe", "metode", "leder", "cvr", "p_nummer", "telefon", "email", "tilsyn", "status", TEXT,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, and what was meant: each key's condition must hold, by any one of its values."""

    text: str
    kind: str
    want: dict[str, tuple[str, ...]]


def read_queries(path: Path) -> list[Query]:
    """All queries in the order of the file; raises ValueError that names the query which is wrong."""
    queries: dict[str, Query] = {}
    for item in tomllib.loads(path.read_text(encoding="utf-8"))["query"]:
        query = _read_query(item)
        if fold(query.text) in queries:
            raise ValueError(f"{path}: query {query.text!r}: is there twice")
        queries[fold(query.text)] = query
    return list(queries.values())


def _read_query(item: dict[str, Any]) -> Query:
    text = item.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"query {item!r}: has no text")
    if item.keys() != {"text", "kind", "want"}:
        raise ValueError(f"query {text!r}: has the keys {sorted(item)}, not kind, text and want")
    if item["kind"] not in KINDS:
        raise ValueError(f"query {text!r}: unknown kind {item['kind']!r}; one of {sorted(KINDS)}")
    want = item["want"]
    if not isinstance(want, dict) or not want:
        raise ValueError(f"query {text!r}: wants nothing")
    if unknown := sorted(want.keys() - KEYS):
        raise ValueError(f"query {text!r}: unknown keys in want: {', '.join(unknown)}")
    return Query(text, item["kind"], {key: _values(text, key, value) for key, value in want.items()})


def _values(text: str, key: str, value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str) and each.strip() for each in values):
        raise ValueError(f"query {text!r}: want.{key} must be a text or a list of texts")
    if key == TEXT:
        try:
            for each in values:
                re.compile(each)
        except re.error as error:
            raise ValueError(f"query {text!r}: want.{key} is no regular expression: {error}") from error
    return tuple(values)


def fold(text: str) -> str:
    """The same for texts that differ in case and blanks only."""
    # Some of the demo's names hold a zero-width space, which nobody sees or types.
    return " ".join(text.replace("\u200b", "").split()).casefold()


class Register:
    """A register's current offers, indexed by what `want` can ask for."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self._index: dict[str, dict[str, set[str]]] = {key: defaultdict(set) for key in KEYS}
        self._texts: dict[str, str] = {}
        self._found: dict[str, set[str]] = {}

    @classmethod
    def read(cls, archive: Path, mapping: Mapping) -> "Register":
        """All offers of an archive as they are now."""
        register, policy = cls(), compile_policy(EVERYTHING, mapping)
        names = [parse_path(path) for path in (*mapping.structural, mapping.sources["navn"])]
        with Archive(archive) as opened:
            pulls = Pulls.of(receipt.pull for receipt in opened.receipts())
            for rows in opened.batches(BATCH):
                for _, _, observed in opened.observed(rows):
                    unfolded, _ = unfold(mapping, observed, pulls)
                    documents = [policy.admit(document, mapping) for document in unfolded]
                    offers, _ = read_offers(mapping, documents, pulls, history=False)
                    # The history of nothing but the names takes a fifth of the time of the whole (measured).
                    named = [replace(each, envelope=_only(each.envelope, names, mapping)) for each in documents]
                    former = {offer.id: offer.former_names for offer in read_offers(mapping, named, pulls)[0]}
                    for offer in offers:
                        register.add(replace(offer, former_names=former.get(offer.id, ())))
        return register

    def add(self, offer: Offer) -> None:
        """Takes an offer in."""
        self.ids.add(offer.id)
        for key, value in _facts(offer):
            if value and value.strip():
                self._index[key][_folded(key, value)].add(offer.id)
        tilbud = offer.current
        assessments = [each.begrundelse or "" for each in tilbud.kvalitetsvurdering]
        self._texts[offer.id] = "\n".join([tilbud.beskrivelse or "", *assessments])

    def answers(self, query: Query) -> set[str]:
        """The ids of the offers that are right."""
        return set.intersection(*(self.holding(key, values) for key, values in query.want.items()))

    def holding(self, key: str, values: tuple[str, ...]) -> set[str]:
        """The ids of the offers for which one of these values of a key holds."""
        find = self._find_text if key == TEXT else lambda value: self._index[key].get(_folded(key, value), set())
        return set[str]().union(*map(find, values))

    def _find_text(self, pattern: str) -> set[str]:
        if pattern not in self._found:
            search = re.compile(pattern, re.IGNORECASE).search
            self._found[pattern] = {key for key, text in self._texts.items() if search(text)}
        return self._found[pattern]


def _only(document: Any, paths: list[MappingPath], mapping: Mapping) -> Any:
    """The document with these members of its envelope only."""
    envelope = mapping.envelope(document)
    if envelope is None:
        return document
    kept: dict[str, Any] = {}
    for path in paths:
        source, target = envelope, kept
        for part in path[:-1]:
            inner = source.get(part)
            source = inner if isinstance(inner, dict) else {}
            target = target.setdefault(part, {})
        if path[-1] in source:
            target[path[-1]] = source[path[-1]]
    return {mapping.wrapper: kept} if mapping.wrapper else kept


def _folded(key: str, value: str) -> str:
    return paragraph_identity(value) if key == "grundlag" else fold(value)


def _facts(offer: Offer) -> Iterator[tuple[str, str | None]]:
    tilbud = offer.current
    yield "id", offer.id
    yield "navn", tilbud.navn
    yield from (("tidligere", name) for name in offer.former_names)
    yield "p_nummer", tilbud.p_nummer
    for company in (tilbud.virksomhed, tilbud.driftsherre):
        yield "virksomhed", company.navn
        yield "cvr", company.cvr_nummer
    yield "leder", tilbud.kontakt.leder
    yield "telefon", tilbud.kontakt.telefon
    yield "email", tilbud.kontakt.email
    yield "status", tilbud.status
    yield "status", tilbud.godkendelse.status
    yield "tilsyn", tilbud.godkendelse.socialtilsyn
    yield from (("grundlag", places.paragraf) for places in tilbud.godkendelse.pladser)
    yield from (("maalgruppe", group.navn) for group in tilbud.maalgrupper)
    yield from (("metode", method) for method in tilbud.metoder)
    yield from _address(tilbud.adresse)
    for department in tilbud.afdelinger:
        yield "afdeling", department.navn
        yield from (("grundlag", places.paragraf) for places in department.pladser)
        yield from (("maalgruppe", group) for group in department.maalgrupper)
        yield from _address(department.adresse)


def _address(address: Adresse) -> Iterator[tuple[str, str | None]]:
    yield "vej", address.vejnavn
    yield "adresse", f"{address.vejnavn} {address.husnummer}" if address.vejnavn and address.husnummer else None
    yield "postnummer", address.postnummer
    yield "by", address.postdistrikt
    yield "kommune", address.kommunenavn
