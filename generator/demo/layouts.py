"""How the register's versions become documents, in each layout that a real source may have.

In `periods` the bounds are dates, as in the sister register: of two versions that begin on one day only the later can
be told, and it is the state of that day in every layout. What no such register could hold is odd there in its own way:
a version loaded twice is an older value with the same period, one whose number is no number a period without a date.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

import orjson

from generator.demo.history import COPENHAGEN, EARLIER, NOW, DemoVersion
from generator.demo.offer import Tilbud

Stage = Literal["earlier", "now"]
Layout = Literal["version", "history", "periods", "current"]
Document = dict[str, Any]

# Attributes whose items have periods of their own.
LISTS = (
    "maalgrupper",
    "metoder",
    "kvalitetsvurdering",
    "takster",
    "driftsaftaler",
    "fasteaftaler",
    "samarbejdskommuner",
    "afdelinger",
    "tilsynsrapporter",
)


def _wrapped(document_id: str, envelope: dict[str, Any]) -> Document:
    return {
        "_index": "demo",
        "_type": "tilbud",
        "_id": document_id,
        "_score": 1,
        "_source": {"TilbudEnvelope": envelope},
    }


def _is_of_row(version: DemoVersion) -> bool:
    """Says whether a version is one of the row, not a document beside it."""
    return version.document_id is None


def _tilbud(version: DemoVersion, stage: Stage) -> Tilbud:
    return version.earlier if stage == "earlier" and version.earlier is not None else version.tilbud


def _loaded(version: DemoVersion, stage: Stage) -> datetime:
    return version.loaded if stage == "earlier" or version.corrected is None else version.corrected


def _ends(versions: list[DemoVersion]) -> dict[int | str | None, datetime]:
    """Gives the end of each version: where the next one that the stage knows begins."""
    return {version.number: after.since for version, after in pairwise(filter(_is_of_row, versions))}


def _version_object(version: DemoVersion, until: datetime | None, stage: Stage) -> dict[str, Any]:
    return {
        "version": version.number,
        "status": version.status,
        "gyldigFra": version.since.isoformat(),
        "gyldigTil": until.isoformat() if until else None,
        "sidstIndlaest": _loaded(version, stage).isoformat(),
        "demo": True,
        "tilbud": _tilbud(version, stage),
    }


def write_versions(tilbuds_id: int, versions: list[DemoVersion], stage: Stage) -> Iterator[Document]:
    """One document a version."""
    ends = _ends(versions)
    for version in versions:
        envelope: dict[str, Any] = {"tilbudsId": tilbuds_id} if version.named else {}
        envelope |= _version_object(version, ends.get(version.number), stage)
        yield _wrapped(version.document_id or f"{tilbuds_id}-{version.number}", envelope)


def write_history(tilbuds_id: int, versions: list[DemoVersion], stage: Stage) -> Iterator[Document]:
    """One document an offer, with its versions in a list; one that doesn't say whose it is stands alone."""
    ends = _ends(versions)
    for named in (True, False):
        there = [version for version in versions if version.named is named]
        if not there:
            continue
        envelope: dict[str, Any] = {"tilbudsId": tilbuds_id} if named else {}
        envelope |= {
            "demo": True,
            "sidstIndlaest": max(_loaded(version, stage) for version in there).isoformat(),
            "versioner": [_listed(version, ends.get(version.number), stage) for version in there],
        }
        yield _wrapped(str(tilbuds_id) if named else str(there[0].document_id), envelope)


def _listed(version: DemoVersion, until: datetime | None, stage: Stage) -> dict[str, Any]:
    version_object = _version_object(version, until, stage)
    del version_object["demo"]  # the document says it for all
    return version_object


def write_current(tilbuds_id: int, versions: list[DemoVersion], stage: Stage) -> Iterator[Document]:
    """One document an offer, as it is in force on the stage's day; one that doesn't say whose it is stands beside."""
    today = EARLIER if stage == "earlier" else NOW
    begun = [version for version in versions if _is_of_row(version) and version.since.date() <= today.date()]
    unreadable = any(isinstance(version.number, str) for version in versions)
    for version in (*begun[-1:], *(version for version in versions if not version.named)):
        envelope: dict[str, Any] = {"tilbudsId": tilbuds_id} if version.named else {}
        envelope |= _version_object(version, None, stage)
        del envelope["version"], envelope["gyldigTil"]
        if unreadable:
            envelope["gyldigFra"] = "tre"
        yield _wrapped(version.document_id or str(tilbuds_id), envelope)


def write_periods(tilbuds_id: int, versions: list[DemoVersion], stage: Stage) -> Iterator[Document]:
    """One document an offer, each attribute a list of values with their periods."""
    for named in (True, False):
        there = [version for version in versions if version.named is named]
        if not there:
            continue
        envelope: dict[str, Any] = {"tilbudsId": tilbuds_id} if named else {}
        envelope |= {
            "demo": True,
            "sidstIndlaest": max(_loaded(version, stage) for version in there).isoformat(),
            **_periods_of(there, stage),
        }
        yield _wrapped(str(tilbuds_id) if named else str(there[0].document_id), envelope)


@dataclass
class _Span:
    """A value and the versions, by their place in the row, in which it holds without a break."""

    value: Any
    first: int
    last: int


@dataclass(frozen=True)
class _State:
    """What holds from a day on."""

    day: date
    loaded: datetime
    status: str
    tilbud: Tilbud


def _periods_of(versions: list[DemoVersion], stage: Stage) -> dict[str, Any]:
    row = _states(versions, stage)
    days = [state.day for state in row]

    def item(span: _Span, loaded: datetime | None = None) -> dict[str, Any]:
        end = days[span.last + 1] - timedelta(days=1) if span.last + 1 < len(days) else None
        return {
            **(span.value if isinstance(span.value, dict) else {"vaerdi": span.value}),
            "periode": {"gyldigFra": days[span.first].isoformat(), "gyldigTil": end.isoformat() if end else None},
            "sidstOpdateret": (loaded or row[span.first].loaded).isoformat(),
        }

    tilbud: dict[str, Any] = {}
    for name in dict.fromkeys(name for state in row for name in state.tilbud):
        if name == "tilbudsId":
            tilbud[name] = row[-1].tilbud[name]
            continue
        held = [state.tilbud.get(name) for state in row]
        spans = _item_spans(held) if name in LISTS else _spans(held)
        tilbud[name] = [item(span) for span in spans]
    for version in versions:
        if isinstance(version.number, str):  # its number is none, so here its day is none
            undated = {"vaerdi": version.tilbud["navn"], "periode": {"gyldigFra": version.number, "gyldigTil": None}}
            tilbud["navn"].append(undated)
        elif version.number is not None and version.document_id is not None and version.named:
            # It was loaded twice: what the first load said is still there, with the period of the second.
            first = next(other for other in versions if other.number == version.number)
            place = days.index(_day(first))
            for attribute in ("virksomhed", "driftsherre"):
                older = _tilbud(first, stage)[attribute]
                tilbud[attribute].append(item(_Span(older, place, place), first.loaded))
    return {"status": [item(span) for span in _spans([state.status for state in row])], "tilbud": tilbud}


def _states(versions: list[DemoVersion], stage: Stage) -> list[_State]:
    """The row of versions by day: the last load of each, and of those that begin on one day the last."""
    latest: dict[int | str | None, DemoVersion] = {}
    for version in versions:
        if not isinstance(version.number, str):
            latest[version.number] = version
    by_day = {_day(version): version for version in latest.values()}
    return [
        _State(day, _loaded(version, stage), version.status, _tilbud(version, stage)) for day, version in by_day.items()
    ]


def _day(version: DemoVersion) -> date:
    return version.since.astimezone(COPENHAGEN).date()


def _spans(held: Iterable[Any]) -> list[_Span]:
    """Equal values in a row are one; where there is nothing there is a hole."""
    spans: list[_Span] = []
    for place, value in enumerate(held):
        if value is None:
            continue
        if spans and spans[-1].last == place - 1 and spans[-1].value == value:
            spans[-1].last = place
        else:
            spans.append(_Span(value, place, place))
    return spans


def _item_spans(held: Iterable[list[Any] | None]) -> list[_Span]:
    """The same for each item of a list; one that is there twice has two."""
    spans: list[_Span] = []
    running: dict[tuple[bytes, int], _Span] = {}
    for place, items in enumerate(held):
        seen: dict[bytes, int] = {}
        for value in items or ():
            text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
            seen[text] = seen.get(text, 0) + 1
            span = running.get((text, seen[text]))
            if span is not None and span.last == place - 1:
                span.last = place
            else:
                span = running[text, seen[text]] = _Span(value, place, place)
                spans.append(span)
    return spans


WRITERS: dict[Layout, Callable[[int, list[DemoVersion], Stage], Iterator[Document]]] = {
    "version": write_versions,
    "history": write_history,
    "periods": write_periods,
    "current": write_current,
}
