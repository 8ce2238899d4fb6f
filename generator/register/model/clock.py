"""The register's clocks: times as the source writes them, and Danish days."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


# A date without a format of its own is to Elasticsearch "strict_date_optional_time||epoch_millis". Below the first
# bound a number may as well be seconds, above the second a time without its signs (20210304091233), and between the
# other two 202103040912, so none of these is read.
_EARLIEST, _LATEST = 100_000_000_000, 16_000_000_000_000  # 3 March 1973, 9 January 2477
_NOT_FROM, _NOT_TO = 190_000_000_000, 210_100_000_000  # 8 January to 27 August 1976
_FOR_EVER = 253_370_678_400_000  # the last day of 9998: in Denmark a year later begins before it does in UTC
_NEVER_SET = -62_135_500_000_000  # the first days of the year 1


def milliseconds(value: object) -> int | None:
    """The milliseconds since 1970 UTC that a number, or a text of digits, can be read as; None where it can't."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not _EARLIEST <= value <= _LATEST:
        return None
    return None if _NOT_FROM <= value <= _NOT_TO else value


_DIGITS = re.compile(r"[0-9]{12,14}")
_ANY_MILLISECONDS = re.compile(r"-?[0-9]{12,15}")


def parse_time(value: object) -> datetime | None:
    """Reads an ISO 8601 time; one without an offset, or a mere date, is Danish local time; None if it is neither.

    A number is read as `milliseconds`, as Elasticsearch does it. The first day of the year 1 is no time either: .NET
    writes it for one that was never set.
    """
    number = milliseconds(value)
    if number is not None:
        return datetime.fromtimestamp(number // 1000, UTC).replace(microsecond=number % 1000 * 1000)
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
    write 9999 for "for ever", and .NET the first day of the year 1 for an end that was never set. A number of
    milliseconds is a time. Raises ValueError for what is neither a time nor a date.
    """
    if isinstance(said, str) or milliseconds(said) is not None or _is_no_end(str(said)):
        return _parse_end(str(said).strip(), day_is_included)
    raise ValueError(said)


def _is_no_end(text: str) -> bool:
    """Whether milliseconds are in the year 1, or in 9999 and after."""
    return _ANY_MILLISECONDS.fullmatch(text) is not None and not _NEVER_SET < int(text) < _FOR_EVER


@lru_cache(maxsize=16_384)  # a register has many ends and few days
def _parse_end(said: str, day_is_included: bool) -> datetime | None:
    if said.startswith(("9999", "0001-01-01")) or _is_no_end(said):
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
