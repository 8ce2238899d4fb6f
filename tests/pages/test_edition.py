"""The receipt in words: what a reader may know of how the data came here."""

from datetime import UTC, datetime
from typing import Any

from generator.pages.fixed.edition import edition_facts
from generator.register.model.receipt import Receipt

FINISHED = datetime(2026, 11, 23, 3, 4, tzinfo=UTC)


def receipt(
    number: int = 1,
    *,
    finished: datetime = FINISHED,
    is_complete: bool = True,
    kind: str = "full",
    details: dict[str, Any] | None = None,
) -> Receipt:
    return Receipt(number, finished, finished, is_complete, {"kind": kind, **(details or {})})


COUNTS = {"present": 21650, "new": 3, "changed": 1200, "returned": 0, "gone": 1}


def facts(*receipts: Receipt, lost: int = 0, everything: bool = True) -> dict[str, str]:
    return dict(edition_facts(receipts, lost, everything=everything))


def test_nothing_is_told_that_what_is_kept_back_is_among() -> None:
    changes = {"added": ["tilbud.hemmelig"], "removed": [], "retyped": []}
    details = {"counts": COUNTS, "digest": "abc", "previous": "def", "mapping_changes": changes, "program": "1"}
    told = facts(receipt(details=details), everything=False)
    assert set(told) == {
        "Data hentet", "Seneste hentning, nr.", "Hvordan", "Fuldstændig", "Første hentning",
        "Dokumenter, der ikke kan læses", "Hentet med",
    }  # fmt: skip
    assert "hemmelig" not in str(told) and "abc" not in str(told)
    assert len(facts(receipt(details=details))) == len(told) + 5


def test_a_pull_from_the_server() -> None:
    slices: dict[str, Any] = {"0": {}, "1": {}, "meanwhile": {}}
    told = {"counts": COUNTS, "slices": slices, "digest": "abc", "previous": "def", "program": "1"}
    assert facts(receipt(7, details=told), lost=8) == {
        "Data hentet": "23. november 2026 kl. 04.04",
        "Seneste hentning, nr.": "7",
        "Hvordan": "alt er hentet",
        "Fuldstændig": "ja, 2\u00a0dele talt efter hos kilden",
        "Dokumenter i registret": "21.650",
        "Siden hentningen før": "3 nye, 1.200 ændrede og 1 forsvundet",
        "Første hentning": "23. november 2026 kl. 04.04",
        "Dokumenter, der ikke kan læses": "8",
        "Kontrolsum for data (SHA‑256)": "abc",
        "Kontrolsum for kvitteringen før": "def",
        "Hentet med": "Tilbudsspejl 1",
    }


def test_nothing_new_is_said_so() -> None:
    counts = {"present": 5, "new": 0, "changed": 0, "returned": 0, "gone": 0}
    assert facts(receipt(kind="incremental", details={"counts": counts}))["Siden hentningen før"] == "intet nyt"


def test_a_dump_that_may_be_a_part() -> None:
    assert facts(receipt(kind="dump", is_complete=False))["Fuldstændig"] == "nej, filen kan være en del af registret"


def test_an_accepted_loss_and_the_last_change_of_the_sources_fields_are_told() -> None:
    changed: dict[str, Any] = {"mapping_changes": {"added": ["T.pris"], "retyped": ["T.dato (date → keyword)"]}}
    loss: dict[str, Any] = {"accepted_loss": {"offers_before": 1995, "offers_after": 12}}
    told = facts(receipt(1, details=changed), receipt(2, finished=datetime(2026, 12, 1, tzinfo=UTC), details=loss))
    assert told["Godkendt tab"] == "12 tilbud, hvor der før var 1.995"
    assert told["Felter hos kilden, senest ændret"] == (
        "23. november 2026: 1 nye og 1 med en anden type (T.pris og T.dato (date → keyword))"
    )


def test_a_receipt_of_an_older_program_says_what_it_knows() -> None:
    told = facts(receipt(kind="dump", details={"counts": {"documents": 9, "new_contents": 9}, "digest": "abc"}))
    assert "Dokumenter i registret" not in told
    assert "Siden hentningen før" not in told
    assert told["Kontrolsum for data (SHA‑256)"] == "abc"
