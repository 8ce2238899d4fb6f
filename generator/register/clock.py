"""The register's clocks: times as the source writes them, and Danish days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

DENMARK = ZoneInfo("Europe/Copenhagen")


def parse_time(value: object) -> datetime | None:
    """Reads an ISO 8601 time; one without an offset, or a mere date, is Danish local time; None if it is neither."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=DENMARK) if moment.tzinfo is None else moment


def danish_day(moment: datetime) -> date:
    """The calendar day in Denmark at that moment."""
    return moment.astimezone(DENMARK).date()


def end_of_day(day: date) -> datetime:
    """The last moment of a Danish day: a version valid from 09.12 that day is the state of that day."""
    return datetime.combine(day, time.max, tzinfo=DENMARK)
