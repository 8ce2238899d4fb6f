"""Events as the feeds and the pages of changes get them."""

from datetime import UTC, datetime, timedelta

from generator.pages.changes.events import ChangeEvent, ChangeLine
from generator.pages.listings import facets
from generator.pages.listings.facets import Facet
from generator.pages.page import Site
from generator.register.history.changes import Cause
from generator.register.model.clock import danish_day

SITE = Site("Spejlet", False, "", "", "", has_history=True)


AARHUS, FONDEN = facets.municipality("0751", "Aarhus"), facets.company("12345678", "Fonden X")


BEGINNING = datetime(2024, 1, 1, 2, tzinfo=UTC)


def event(number: int, *of: Facet, name: str = "Tilbud", cause: Cause = Cause.KILDE, after: str = "ny") -> ChangeEvent:
    moment = BEGINNING + timedelta(hours=number)
    line = ChangeLine("navn", cause, "navn", "Navn", "changed", "gl.", after)
    own, minor = ((line,), ()) if cause is Cause.KILDE else ((), (line,))
    address = f"tilbud/{number}.html#version-1"
    return ChangeEvent(danish_day(moment), moment, str(number), address, address, name, "Aarhus", of, own, minor, 0)
