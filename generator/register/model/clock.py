"""The register's clocks: times as the source writes them, and Danish days."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def parse_time(value: object) -> datetime | None:
    """Reads an ISO 8601 time; one without an offset, or a mere date, is Danish local time; None if it is neither.

    The first day of the year 1 is no time either: .NET writes it for one that was never set.
    """
    if not isinstance(value, str) or value.strip().startswith("0001-01-01"):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = moment.replace(tzinfo=DENMARK) if moment.tzinfo is None else moment
        moment.astimezone(UTC).astimezone(DENMARK)
    except (ValueError, OverflowError):  # the latter: "9999-12-31T23:59:59Z" is past all days in Denmark
        return None
    return moment


def danish_day(moment: datetime) -> date:
    """The calendar day in Denmark at that moment."""
    return moment.astimezone(DENMARK).date()


def end_of_day(day: date) -> datetime:
    """The last moment of a Danish day: a version valid from 09.12 that day is the state of that day."""
    return datetime.combine(day, time.max, tzinfo=DENMARK)


def is_day(value: object) -> bool:
    """Whether a text is a date without a time of day."""
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value.strip()))
    except ValueError:
        return False


def next_day(moment: datetime) -> datetime | None:
    """The beginning of the Danish day after that of the moment; None after the last day there is."""
    try:
        day = danish_day(moment) + timedelta(days=1)
        return datetime.combine(day, time.min, tzinfo=DENMARK).astimezone(UTC)
    except OverflowError:
        return None


def parse_end(said: object, *, day_is_included: bool = True) -> datetime | None:
    """The moment, UTC and in whole seconds, from which something no longer holds; None where that never comes.

    A date is the last day on which it holds, or without `day_is_included` the first on which it doesn't; some registers
    write 9999 for "for ever", and .NET the first day of the year 1 for an end that was never set. Raises ValueError for
    what is neither a time nor a date.
    """
    if isinstance(said, str):
        return _parse_end(said.strip(), day_is_included)
    raise ValueError(said)


@lru_cache(maxsize=16_384)  # a register has many ends and few days
def _parse_end(said: str, day_is_included: bool) -> datetime | None:
    if said.startswith(("9999", "0001-01-01")):
        return None
    moment = parse_time(said)
    if moment is None:
        raise ValueError(said)
    if day_is_included and is_day(said):
        return next_day(moment)
    local = moment.astimezone(DENMARK)
    if (local.hour, local.minute) == (23, 59):  # the last minute, or second, or the thousandth of one: of the whole day
        return next_day(moment)
    return moment.astimezone(UTC).replace(microsecond=0)


def last_moment_before(end: datetime) -> datetime:
    """The last moment that something held which ends there: what ends at midnight held until the day before."""
    return end - timedelta(microseconds=1)


def first_moment_after(last: datetime) -> datetime:
    """The end that belongs to a last moment: what `last_moment_before` takes back."""
    return last + timedelta(microseconds=1)


def time_name(moment: datetime) -> str:
    """A moment as `YYYYMMDDTHHMMSSZ`: what versions without a number are called."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}{utc:%m%dT%H%M%SZ}"
