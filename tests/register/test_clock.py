"""Times as the source writes them, and Danish days."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.model.clock import (
    DENMARK,
    danish_day,
    end_of_day,
    is_day,
    next_day,
    parse_end,
    parse_time,
    time_name,
)


@pytest.mark.parametrize(
    ("text", "in_utc"),
    [
        ("2021-03-04T09:12:33+01:00", "2021-03-04T08:12:33"),
        ("2021-03-04T09:12:33Z", "2021-03-04T09:12:33"),
        (" 2021-03-04T09:12:33.250Z ", "2021-03-04T09:12:33.250"),
        ("2021-03-04T09:12:33", "2021-03-04T08:12:33"),  # without an offset it is Danish local time: winter
        ("2021-07-04T09:12:33", "2021-07-04T07:12:33"),  # and summer
        ("2021-03-04", "2021-03-03T23:00:00"),  # a mere date begins at Danish midnight
    ],
)
def test_a_time_is_read_in_the_ways_a_source_may_write_it(text: str, in_utc: str) -> None:
    assert parse_time(text) == datetime.fromisoformat(in_utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "in_utc", "day"),
    [
        (1420066800000, "2014-12-31T23:00:00", "2015-01-01"),  # Danish midnight in winter
        (1435701600000, "2015-06-30T22:00:00", "2015-07-01"),  # and in summer
        (1420070400000, "2015-01-01T00:00:00", "2015-01-01"),  # midnight in UTC
        ("1420066800123", "2014-12-31T23:00:00.123", "2015-01-01"),
        (631148400000, "1989-12-31T23:00:00", "1990-01-01"),
    ],
)
def test_a_number_is_milliseconds_since_1970(number: int | str, in_utc: str, day: str) -> None:
    moment = parse_time(number)
    assert moment == datetime.fromisoformat(in_utc).replace(tzinfo=UTC)
    assert moment is not None
    assert danish_day(moment) == date.fromisoformat(day)


@pytest.mark.parametrize("number", [20210304, 1614845553, 202103040912, "202103040912", 20210304091233, 0, -1, 1.4e12])
def test_a_number_that_may_be_something_else_is_no_time(number: object) -> None:
    assert parse_time(number) is None


@pytest.mark.parametrize(
    ("said", "end"),
    [
        (1420066800000, "2014-12-31T23:00:00"),  # a time is the end itself, as in ISO 8601
        (1420066799999, "2014-12-31T23:00:00"),  # the last thousandth of a day is all of it
        (253402300799000, None),  # the end of 9999
        ("253402214400000", None),
        (-62135596800000, None),  # .NET's first day of the year 1
    ],
)
def test_an_end_in_milliseconds(said: int | str, end: str | None) -> None:
    assert parse_end(said) == (datetime.fromisoformat(end).replace(tzinfo=UTC) if end else None)


@pytest.mark.parametrize("said", [True, 20210304, 1614845553, "snart", None, 1.4e12])
def test_an_end_that_cannot_be_read(said: object) -> None:
    with pytest.raises(ValueError, match=str(said)):
        parse_end(said)


@pytest.mark.parametrize("value", ["", "snart", "2021-13-01", None, 1614845553, True, ["2021-03-04"], {}])
def test_what_is_no_time_is_none(value: object) -> None:
    assert parse_time(value) is None


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "9999-12-31T23:00:00-05:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_has_no_danish_day_is_none(text: str) -> None:
    assert parse_time(text) is None


@given(st.text() | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
def test_a_time_that_was_read_can_be_shown(text: str) -> None:
    moment = parse_time(text)
    assert moment is None or (moment.tzinfo is not None and danish_day(moment))


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2021, 3, 4, 22, 59, tzinfo=UTC), date(2021, 3, 4)),
        (datetime(2021, 3, 4, 23, 0, tzinfo=UTC), date(2021, 3, 5)),  # winter: one hour ahead
        (datetime(2021, 7, 4, 22, 0, tzinfo=UTC), date(2021, 7, 5)),  # summer: two
    ],
)
def test_a_day_begins_at_danish_midnight(utc: datetime, day: date) -> None:
    assert danish_day(utc) == day


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_the_end_of_a_day_is_its_last_moment(day: date) -> None:
    end = end_of_day(day)
    assert danish_day(end) == day
    assert danish_day((end.astimezone(UTC) + timedelta(microseconds=1)).astimezone(DENMARK)) == day + timedelta(days=1)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_the_next_day_begins_after_the_end_of_this_one(day: date) -> None:
    following = next_day(end_of_day(day))
    assert following == end_of_day(day) + timedelta(microseconds=1)


def test_after_the_last_day_there_is_none() -> None:
    assert next_day(end_of_day(date(9999, 12, 31)).replace(tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("value", "is_one"),
    [("2021-03-04", True), (" 2021-03-04 ", True), ("2021-03-04T00:00:00", False), ("snart", False), (20210304, False)],
)
def test_a_day_is_told_from_a_time(value: object, is_one: bool) -> None:
    assert is_day(value) is is_one


def test_a_time_is_a_name_in_utc_of_one_length() -> None:
    assert time_name(datetime(2021, 3, 4, 9, 12, 33, tzinfo=DENMARK)) == "20210304T081233Z"
    assert time_name(datetime(33, 3, 4, tzinfo=UTC)) == "00330304T000000Z"


def test_danish_time_is_known_where_the_system_has_no_time_zones() -> None:
    """As in small containers."""
    code = "from generator.register.model.clock import next_day, parse_time; print(parse_time('2021-07-04'))"
    environment = os.environ | {"PYTHONTZPATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("2021-07-04 00:00:00+02:00\n", "")
