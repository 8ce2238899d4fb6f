"""The receipt of a pull: what it read, and what it left behind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.register.model.documents import Pull


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one pull left behind."""

    number: int
    started: datetime
    finished: datetime
    is_complete: bool
    details: dict[str, Any]

    @property
    def kind(self) -> str:
        """full, incremental or dump."""
        return str(self.details.get("kind", "dump"))

    @property
    def pull(self) -> Pull:
        """The part that the register's rules need."""
        return Pull(self.number, self.finished, self.is_complete)
