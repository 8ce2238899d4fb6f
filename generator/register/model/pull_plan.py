"""What a pull from a server asks for: stored with what it has read, so that a pull that broke off can go on."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class SourceName(BaseModel):
    """Where the documents are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    index: str
    type: str


class PullPlan(BaseModel):
    """The plan of a pull; its load times are milliseconds since 1970 UTC, by the source's own clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    started: datetime  # UTC, by our clock
    program: str  # its version
    grouping: str  # of the archive, by the mapping
    after: int  # the number of the last pull before it; 0 for none
    source: SourceName
    kind: Literal["full", "incremental"]
    why_full: str | None  # why everything is read
    field: str | None  # the path of the load time; None where the source has none to go by
    since: int | None  # incremental: the load time from which on documents are read
    greatest: int | None  # the load time up to which the archive will have everything
    total: int  # documents, by the server's own count
    slices: int
    mapping_changes: dict[str, list[str]]  # of the source's `_mapping`, since the last pull
    indices: tuple[str, ...] = ()  # those that the name of the index leads to, in the order of their names
    resumed: bool = False
