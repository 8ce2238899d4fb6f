"""What `om.html` says of the data that the site was built from: the receipt of the last pull, in words."""

from collections.abc import Sequence
from typing import Any

from generator.pages import danish
from generator.register.model.receipt import Receipt

_KINDS = {
    "full": "alt er hentet",
    "incremental": "ændringer er hentet, og alle dokumenters id er sammenholdt",
    "dump": "fra en fil",
}
_CHANGES = {"added": "nye", "removed": "forsvundne", "retyped": "med en anden type"}


def edition_facts(receipts: Sequence[Receipt], lost: int, *, everything: bool) -> tuple[tuple[str, str], ...]:
    """Label and text of each fact; `receipts` oldest first, `lost` the number of documents that can't be read.

    Unless readers may see `everything`, nothing is told that what is kept back is counted in, nor a digest of it: who
    knows the rest could try values until the digest is right.
    """
    latest = receipts[-1]
    details, counts = latest.details, latest.details.get("counts", {})
    rows = [
        ("Data hentet", danish.time_words(latest.finished)),
        ("Seneste hentning, nr.", danish.number(latest.number)),
        ("Hvordan", _KINDS[latest.kind]),
        ("Fuldstændig", _completeness(latest)),
        ("Dokumenter i registret", _number(counts, "present") if everything else ""),
        ("Siden hentningen før", _news(counts) if everything else ""),
        ("Godkendt tab", _accepted(details.get("accepted_loss"))),
        ("Felter hos kilden, senest ændret", _mapping_changes(receipts) if everything else ""),
        ("Første hentning", danish.time_words(receipts[0].finished)),
        ("Dokumenter, der ikke kan læses", danish.number(lost)),
        ("Kontrolsum for data (SHA‑256)", str(details.get("digest") or "") if everything else ""),
        ("Kontrolsum for kvitteringen før", str(details.get("previous") or "") if everything else ""),
        ("Hentet med", f"Tilbudsspejl {details['program']}" if "program" in details else ""),
    ]
    return tuple(row for row in rows if row[1])


def _completeness(receipt: Receipt) -> str:
    if not receipt.is_complete:
        return "nej, filen kan være en del af registret"
    if receipt.kind == "dump":
        return "ja, efter den oplysning, filen blev læst med"
    slices = sum(name.isdecimal() for name in receipt.details.get("slices", {}))
    return f"ja, {danish.count(slices, 'del', 'dele')} talt efter hos kilden" if slices else "ja"


def _news(counts: dict[str, Any]) -> str:
    words = (
        ("new", "nyt", "nye"),
        ("changed", "ændret", "ændrede"),
        ("returned", "tilbage igen", "tilbage igen"),
        ("gone", "forsvundet", "forsvundne"),
    )
    parts = [
        f"{danish.number(counts[name])} {singular if counts[name] == 1 else plural}"
        for name, singular, plural in words
        if counts.get(name)
    ]
    return danish.join(parts) if parts or "new" not in counts else "intet nyt"


def _accepted(loss: dict[str, int] | None) -> str:
    if not loss:
        return ""
    before, after = danish.number(loss["offers_before"]), danish.number(loss["offers_after"])
    return f"{after} tilbud, hvor der før var {before}"


def _mapping_changes(receipts: Sequence[Receipt]) -> str:
    for receipt in reversed(receipts):
        if changes := receipt.details.get("mapping_changes"):
            parts = [f"{danish.number(len(paths))} {_CHANGES[kind]}" for kind, paths in changes.items()]
            names = danish.join([path for paths in changes.values() for path in paths][:6])
            return f"{danish.date_words(receipt.finished)}: {danish.join(parts)} ({names})"
    return ""


def _number(counts: dict[str, Any], name: str) -> str:
    return danish.number(counts[name]) if name in counts else ""
