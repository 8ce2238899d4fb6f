"""A change in words: "Leder: ændret fra A til B", "Plads tilføjet: SEL § 107, 12"."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from generator.pages import danish
from generator.pages.topics import RANK, Effect, effect_of, topic_of
from generator.register.history.changes import Cause, Change, ChangeKind, flatten
from generator.register.history.timeline import Offer
from generator.register.history.word_diff import Piece, compare_words, is_long
from generator.register.mapping.mapping import LIST, Mapping
from generator.register.model.models import Adresse, Maalgruppe, Virksomhed
from generator.register.model.text import shown_text

# What a list's item is first and foremost: a change of it needs no word of its own.
_MAIN = {"godkendelse.pladser": "antal", "takster": "beloeb", "kvalitetsvurdering": "score"}
_STATUS = {"AKTIV": "aktivt", "OPHOERT": "ophørt"}


class Sentence(NamedTuple):  # a tuple is packed for the second pass five times as fast as a dataclass
    """One change, ready to be read; `pieces` instead of before and after where the text is long."""

    field: str
    cause: Cause
    kind: ChangeKind
    label: str
    before: str
    after: str
    note: str
    topic: str  # of TOPICS
    effect: Effect
    is_long: bool
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole sentence without markup."""
        if self.is_long:
            return f"{self.label}: ændret{self.note}"
        if self.kind == "added":
            return f"{self.label} tilføjet: {self.after}"
        if self.kind == "removed":
            return f"{self.label} fjernet: {self.before}"
        return f"{self.label}: ændret fra {self.before} til {self.after}{self.note}"


@dataclass(frozen=True, slots=True)
class VersionText:
    """What a version changed and what corrected it, in words: made once, for every page and feed that tells of it."""

    changes: tuple[Sentence, ...]
    corrections: tuple[tuple[Sentence, ...], ...]  # of each correction, in their order


def version_texts(mapping: Mapping, offer: Offer) -> tuple[VersionText, ...]:
    """The texts of an offer's versions, oldest first as they are."""
    return tuple(
        VersionText(
            sentences(mapping, version.changes),
            tuple(sentences(mapping, correction.changes) for correction in version.corrections),
        )
        for version in offer.versions
    )


def most_telling(lines: Iterable[Sentence]) -> Sentence:
    """The line that a reader needs first: a sanction given or lifted comes before a new telephone number."""
    return min(lines, key=lambda line: RANK[line.topic])


def sentence(mapping: Mapping, change: Change) -> Sentence:
    """Puts one change into words."""
    field = change.field.partition(LIST)[0] if change.known else change.field
    if not change.known:
        label = unknown_label(mapping, change.field)
    elif change.part:
        label = _part_label(mapping, change)
    else:
        label = _field_label(mapping, change)
    leaf = (change.part or change.field).rpartition(".")[2].removesuffix(LIST)
    before = _value(change, change.before, leaf, change.former)
    after = _value(change, change.after, leaf, change.item)
    note = " (omdøbt ved lov)" if change.cause is Cause.LOVAENDRING and leaf == "paragraf" else ""
    if before == after and change.kind == "changed":  # what differs is a key that readers don't see
        before, after = _with_key(change.before, before), _with_key(change.after, after)
        if before == after:
            before, after = _differing(change.before, change.after), _differing(change.after, change.before)
    if change.kind == "changed" and shown_text(before) == shown_text(after):  # such as blanks and normal forms
        note = note or " (kun skrivemåden)"
    texts = change.before, change.after
    long = change.kind == "changed" and all(isinstance(text, str) for text in texts) and is_long(*texts)
    pieces = compare_words(*texts) if long else ()
    effect = effect_of(mapping, change)
    topic = topic_of(change, effect)
    return Sentence(field, change.cause, change.kind, label, before, after, note, topic, effect, long, pieces)


def sentences(mapping: Mapping, changes: Iterable[Change]) -> tuple[Sentence, ...]:
    """All changes in words, in their order."""
    return tuple(sentence(mapping, change) for change in changes)


def unknown_label(mapping: Mapping, path: str) -> str:
    """How a field that the mapping doesn't name is called: by its label if it has one, else by its own path."""
    wrapped = path.removeprefix("tilbud.")
    return mapping.own_label(wrapped) or _parted(wrapped)


def _parted(path: str) -> str:
    """A path with its parts set apart; what stands in brackets is an item's own name, dots and all."""
    pieces = re.split(r"([\[\]])", path)
    following = [*pieces[1::2], ""]
    spaced = [
        piece if end == "]" else piece.replace(".", " · ") for piece, end in zip(pieces[::2], following, strict=True)
    ]
    return "".join(text for pair in zip(spaced, following, strict=True) for text in pair)


def _field_label(mapping: Mapping, change: Change) -> str:
    for name in mapping.enriched:
        if change.field.startswith(f"{name}."):
            return f"{mapping.label(name)}, {mapping.label(change.field).lower()}"
    return mapping.label(change.field)


def _part_label(mapping: Mapping, change: Change) -> str:
    item, inner = change.item if isinstance(change.item, tuple) else (change.item, None)
    identity = mapping.list_identities.get(change.field, "")
    if change.part == identity and change.cause is Cause.LOVAENDRING:
        return mapping.label(change.part).capitalize()
    words = [mapping.label(change.field), _item_name(change.field, item, identity)]
    if change.part != _MAIN.get(change.field):
        words += [_part_word(mapping, part) for part in change.part.split(LIST) if part and part != ".antal"]
    if inner is not None and change.part.count(LIST) and change.before is not None and change.after is not None:
        words.append(_text(inner, "paragraf"))
    return ", ".join(word for word in words if word)


def _part_word(mapping: Mapping, part: str) -> str:
    word = mapping.label(part.strip("."))
    return word[:1].lower() + word[1:] if not word.isupper() and not word.startswith(("CVR", "P-")) else word


def _item_name(field: str, item: Any, identity: str) -> str:
    if not isinstance(item, dict):
        return danish.short(str(item))
    return danish.short(_text(item, "navn") or _text(item, "titel") or _text(item, identity))


def _differing(value: Any, other: Any) -> str:
    """What one of two objects has otherwise than the other, where they read alike."""
    if not isinstance(value, dict) or not isinstance(other, dict):
        return " ".join(str(value).split())
    there = dict(flatten(other))
    pairs = [(path, inner) for path, inner in flatten(value) if inner != there.get(path)]
    return ", ".join(f"{path} {scalar_text(path.rpartition('.')[2], inner)}" for path, inner in pairs) or "intet"


def _value(change: Change, value: Any, leaf: str, item: Any) -> str:
    if value is None:
        return "intet"
    if isinstance(value, dict):
        return item_text(value)
    if isinstance(value, list):
        return "; ".join(item_text(item) if isinstance(item, dict) else str(item) for item in value)
    if change.known and change.field == "status":
        return registration(str(value))
    return scalar_text(leaf, value, item)


def registration(status: str | None) -> str:
    """Whether the register says that an offer is active or has ceased, as readers write it."""
    return _STATUS.get(status or "", status or "")


def scalar_text(leaf: str, value: Any, item: Any = None) -> str:
    """A single value as readers write it, by the name of its field."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if leaf == "beloeb" and isinstance(value, (int, float)):
        unit = _text(item, "enhed") if isinstance(item, dict) else ""
        return f"{danish.amount(value)} {unit}".strip()
    if leaf == "score" and isinstance(value, (int, float)):
        return danish.score(value)
    if leaf == "telefon":
        return danish.phone(str(value))
    if leaf in ("dato", "gyldigFra", "gyldigTil"):
        return danish.day_or_text(value)
    if leaf == "antal" and isinstance(value, (int, float)):
        return danish.number(value)
    return " ".join(str(value).split()) or "intet"


def item_text(item: dict[str, Any]) -> str:
    """An object in one line: an address, a company, an item of a known list, or all that it holds."""
    for marks, members, write in _SHAPES:
        if marks & item.keys() and item.keys() <= members:
            return write(item)
    return ", ".join(f"{path} {scalar_text(path.rpartition('.')[2], value)}" for path, value in flatten(item))


def _text(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, dict) else None
    return "" if value is None else " ".join(str(value).split())


def address_line(address: Adresse) -> str:
    """ "Engvej 12A, 2. th, 6500 Vojens"; "" for one of which nothing is told."""
    if address == Adresse():
        return ""
    street = _street(address.vejnavn, address.husnummer, address.husbogstav)
    return _address_line(street, address.etage, address.doer, address.postnummer, address.postdistrikt)


def address_text(item: Any) -> str:
    """The same of an address as it stands in a change."""
    street = _street(_text(item, "vejnavn"), _text(item, "husnummer"), _text(item, "husbogstav"))
    return _address_line(street, *(_text(item, key) for key in ("etage", "doer", "postnummer", "postdistrikt")))


def _street(name: str | None, number: str | None, letter: str | None) -> str:
    return _in_a_row(name, f"{number or ''}{letter or ''}")


def _address_line(street: str, floor: str | None, door: str | None, code: str | None, town: str | None) -> str:
    # "2." and "2. th" is how addresses are written (Danmarks Adresseregister); "st." and "1. sal" stand as they are.
    level = f"{floor}." if floor and floor.isdecimal() else floor
    parts = (street, _in_a_row(level, door), _in_a_row(code, town))
    return ", ".join(filter(None, parts)) or "uden adresse"


def _in_a_row(*words: str | None) -> str:
    return " ".join(" ".join(filter(None, words)).split())


def ages(first: Any, last: Any) -> str:
    """ "18–65 år", "fra 18 år", "til 17 år" or "" """
    if first is not None and last is not None:
        return f"{first}–{last}{danish.NO_BREAK}år"
    if first is not None:
        return f"fra {first}{danish.NO_BREAK}år"
    return f"til {last}{danish.NO_BREAK}år" if last is not None else ""


def group_ages(group: Maalgruppe) -> str:
    """The ages of a target group; a question mark for one that the register tells in words that can't be read."""
    first = "?" if "alderFra" in group.unread else group.alder_fra
    last = "?" if "alderTil" in group.unread else group.alder_til
    is_told = group.alder_fra is not None or group.alder_til is not None
    return ages(first, last) if is_told or not group.unread else "alder kan ikke læses"


def company_line(company: Virksomhed) -> str:
    """ "Fonden Engen (CVR 12 34 56 78)" """
    return _company_line(company.navn or "", company.cvr_nummer or "")


def _company(item: dict[str, Any]) -> str:
    return _company_line(_text(item, "navn"), _text(item, "cvrNummer"))


def _company_line(name: str, cvr: str) -> str:
    name, number = " ".join(name.split()), f"CVR {danish.digits(cvr, danish.CVR)}" if cvr else ""
    return f"{name} ({number})" if name and number else name or number or "uden navn"


def _joined(*keys: str) -> Callable[[Any], str]:
    return lambda item: ", ".join(
        filter(None, (scalar_text(key, item[key], item) if item.get(key) is not None else "" for key in keys))
    )


def _department(item: dict[str, Any]) -> str:
    return ", ".join(filter(None, (_text(item, "navn"), address_text(item.get("adresse") or {}))))


def _target_group(item: dict[str, Any]) -> str:
    return ", ".join(filter(None, (_text(item, "navn"), ages(item.get("alderFra"), item.get("alderTil")))))


_ADDRESS = {info.alias or name for name, info in Adresse.model_fields.items()}

# One of the first members is there, and none but the second: an object that happens to have a "url" is shown whole.
_SHAPES: tuple[tuple[set[str], set[str], Callable[[Any], str]], ...] = (
    ({"cvrNummer", "virksomhedsform"}, {"cvrNummer", "navn", "virksomhedsform", "kommunekode"}, _company),
    ({"vejnavn", "adresseId", "postnummer"}, _ADDRESS, address_text),
    ({"afdelingsId"}, {"afdelingsId", "navn", "adresse", "pladser", "maalgrupper"}, _department),
    ({"paragraf"}, {"paragraf", "antal"}, _joined("paragraf", "antal")),
    ({"tema"}, {"tema", "score", "begrundelse"}, _joined("tema", "score")),
    ({"ydelse", "beloeb"}, {"ydelse", "beloeb", "enhed"}, _joined("ydelse", "beloeb")),
    ({"navn", "alderFra", "alderTil"}, {"navn", "alderFra", "alderTil"}, _target_group),
    ({"titel", "url"}, {"titel", "dato", "url"}, lambda item: _joined("titel", "dato")(item) or _text(item, "url")),
    ({"lat", "lon"}, {"lat", "lon"}, _joined("lat", "lon")),
)


def _with_key(value: Any, text: str) -> str:
    members = value if isinstance(value, dict) else {}
    key = next((f"{k} {members[k]}" for k in ("adresseId", "cvrNummer", "url") if members.get(k)), "")
    return f"{text} ({key})" if key and key.rpartition(" ")[2] not in text else text
