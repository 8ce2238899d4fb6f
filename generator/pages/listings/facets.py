"""What offers are listed under: municipalities, regions, paragraphs, target groups, authorities and companies."""

from collections.abc import Iterable
from itertools import islice
from typing import Literal, NamedTuple

from generator.pages import danish, urls
from generator.register.model.models import Tilbud
from generator.register.model.municipalities import REGION_CODES
from generator.register.model.vocabulary import kommunekode, parse_paragraph, region_of, successor_paragraph

FacetKind = Literal["alle", "kommune", "region", "grundlag", "maalgruppe", "socialtilsyn", "virksomhed"]

# Of one kind that an offer stands in: more than there are municipalities, paragraphs or target groups. What stands in
# many lists is written as many times, so an offer under thousands of each would fill the disk.
MOST_LISTS = 200


# A tuple, not a dataclass: half a million are handed from pass to pass, and a tuple is packed five times as fast.
class Facet(NamedTuple):
    """Something that offers are listed under. Kind and key tell it from all others, and so does its address."""

    kind: FacetKind
    key: str  # a code, a CVR number or a folded name, as it stands in addresses: "0751", "sel-107"
    name: str  # as the register spells it here, or as the law calls it now
    address: str  # of the page that lists it


ALL = Facet("alle", "", "alle tilbud", urls.CHANGES)  # under which all changes are reported


def _facet(kind: FacetKind, key: str, name: str) -> Facet:
    return Facet(kind, key, name, urls.listing(kind, key))


def municipality(code: str, name: str) -> Facet:
    """A municipality by its code (kommunekode), by its name where the code is not told."""
    label = danish.short(name or f"Kommune {code}")
    return _facet("kommune", urls.safe_name(code) if code else urls.slug(label), label)


def region(name: str) -> Facet:
    """One of the five regions, by its name."""
    return _facet("region", urls.safe_name(REGION_CODES[name]), name)


def region_around(code: str) -> Facet | None:
    """The region in which the municipality with a code lies; None for a code that is none."""
    name = region_of(code)
    return region(name) if name else None


def paragraph(text: str) -> Facet:
    """A paragraph under what the law calls it now."""
    return _facet("grundlag", urls.paragraph_key(text), danish.short(paragraph_name(text)))


def paragraph_name(text: str) -> str:
    """A paragraph with what it is called now, held together by no-break spaces."""
    if parse_paragraph(text) is None:
        return text
    return (successor_paragraph(text) or " ".join(text.split())).replace(" ", danish.NO_BREAK)


def target_group(name: str) -> Facet:
    """A target group by its name."""
    return _facet("maalgruppe", urls.slug(name), danish.short(" ".join(name.split())))


def authority(name: str) -> Facet:
    """A supervising authority (socialtilsyn) by its name."""
    label = " ".join(name.split())
    return _facet("socialtilsyn", urls.slug(label), danish.short(label))


def company(cvr: str, name: str = "") -> Facet:
    """A company by its CVR number; one without a name is called by the number."""
    return _facet("virksomhed", urls.company_key(cvr), name or f"CVR {cvr}")


def municipality_of(tilbud: Tilbud) -> Facet | None:
    """The municipality that an offer lies in."""
    code, name = kommunekode(tilbud.adresse.kommunekode), tilbud.adresse.kommunenavn
    return municipality(code, name or "") if code or name else None


def authority_of(tilbud: Tilbud) -> Facet | None:
    """The supervising authority, from the data; it never follows from the municipality."""
    name = tilbud.godkendelse.socialtilsyn
    return authority(name) if name and not name.isspace() else None


def paragraphs_of(tilbud: Tilbud) -> Iterable[Facet]:
    """The paragraphs an offer is approved under, each once, in the register's order."""
    texts = (plads.paragraf for plads in tilbud.godkendelse.pladser if plads.paragraf)
    yield from islice(each_once(map(paragraph, texts)), MOST_LISTS)


def target_groups_of(tilbud: Tilbud) -> Iterable[Facet]:
    """The target groups of an offer, each once."""
    names = (group.navn for group in tilbud.maalgrupper if group.navn)
    yield from islice(each_once(map(target_group, names)), MOST_LISTS)


def each_once(facets: Iterable[Facet]) -> Iterable[Facet]:
    """The first of each facet, in their order: spellings of one differ in their names only."""
    by_address: dict[str, Facet] = {}
    for facet in facets:
        by_address.setdefault(facet.address, facet)
    return by_address.values()
