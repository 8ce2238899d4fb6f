"""Events as the feeds and the pages of changes get them."""

from datetime import UTC, datetime, timedelta

from generator.pages.changes.events import ChangeEvent, ChangeLine
from generator.pages.listings.summary import Term
from generator.pages.page import Site
from generator.register.history.changes import Cause
from generator.register.model.clock import danish_day

SITE = Site("Spejlet", False, "", "", "", has_history=True)


AARHUS, FONDEN = Term("Aarhus", "kommune/0751.html"), Term("Fonden X", "virksomhed/12345678.html")


BEGINNING = datetime(2024, 1, 1, 2, tzinfo=UTC)


def event(
    number: int, *terms: Term, name: str = "Tilbud", cause: Cause = Cause.KILDE, after: str = "ny"
) -> ChangeEvent:
    moment = BEGINNING + timedelta(hours=number)
    line = ChangeLine("navn", cause, "navn", "Navn", "changed", "gl.", after)
    own, minor = ((line,), ()) if cause is Cause.KILDE else ((), (line,))
    address = f"tilbud/{number}.html#version-1"
    return ChangeEvent(danish_day(moment), moment, str(number), address, address, name, "Aarhus", terms, own, minor, 0)
