"""Danish as readers write it."""

from datetime import UTC, date, datetime

import pytest

from generator.pages import danish
from generator.pages.danish import NO_BREAK


def test_days_are_danish_days() -> None:
    assert danish.date_words(date(2021, 3, 4)) == "4. marts 2021"
    late = datetime(2021, 12, 31, 23, 30, tzinfo=UTC)
    assert danish.date_words(late) == "1. januar 2022"
    assert danish.iso_day(late) == "2022-01-01"
    assert danish.iso_day(date(2021, 3, 4)) == "2021-03-04"


def test_times_are_danish_winter_and_summer() -> None:
    assert danish.time_words(datetime(2021, 3, 4, 8, 12, tzinfo=UTC)) == "4. marts 2021 kl. 09.12"
    assert danish.time_words(datetime(2021, 7, 4, 7, 2, tzinfo=UTC)) == "4. juli 2021 kl. 09.02"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (2150, "2.150"),
        (2150.0, "2.150"),
        (3.5, "3,5"),
        (1234567.25, "1.234.567,25"),
        (100.001, "100"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert danish.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1500, "1.500"), (1500.5, "1.500,50"), (0.25, "0,25"), (1e15, "1000000000000000.0")]
)
def test_amounts(value: float, text: str) -> None:
    assert danish.amount(value) == text


@pytest.mark.parametrize(("value", "text"), [(3, "3,0"), (3.0, "3,0"), (4.5, "4,5"), (3.25, "3,25")])
def test_a_score_always_shows_its_decimal(value: float, text: str) -> None:
    assert danish.score(value) == text


def test_counts_are_held_together() -> None:
    assert danish.count(1, "plads", "pladser") == f"1{NO_BREAK}plads"
    assert danish.count(0, "plads", "pladser") == f"0{NO_BREAK}pladser"
    assert danish.count(1200, "plads", "pladser") == f"1.200{NO_BREAK}pladser"


def test_lists_of_words() -> None:
    assert danish.join([]) == ""
    assert danish.join(["a"]) == "a"
    assert danish.join(["a", "b"]) == "a og b"
    assert danish.join(["a", "b", "c"]) == "a, b og c"


def test_a_date_in_the_data_is_written_in_words_and_any_other_text_left() -> None:
    assert danish.day_or_text("2021-03-04") == "4. marts 2021"
    assert danish.day_or_text("2021-03-04T23:30:00Z") == "5. marts 2021"
    assert danish.day_or_text("foråret 2021") == "foråret 2021"
    assert danish.day_or_text("9999-12-31T23:59:59Z") == "9999-12-31T23:59:59Z"
    assert danish.day_or_text(2021) == "2021"


@pytest.mark.parametrize(
    ("value", "text"),
    [("44450186", "44 45 01 86"), ("44 450 186", "44 45 01 86"), ("4445018", "4445018"), ("DK44450186", "DK44450186")],
)
def test_digits_are_grouped_if_there_are_as_many_as_expected(value: str, text: str) -> None:
    assert danish.digits(value, danish.CVR).replace(NO_BREAK, " ") == text


def test_a_p_number_and_phones() -> None:
    assert danish.digits("1017489209", danish.P_NUMBER) == NO_BREAK.join(("1", "017", "489", "209"))
    assert danish.phone("12 34 5678") == NO_BREAK.join(("12", "34", "56", "78"))
    assert danish.phone("+4512345678") == NO_BREAK.join(("+45", "12", "34", "56", "78"))
    assert danish.phone("lokal 12") == "lokal 12"


@pytest.mark.parametrize(
    ("number", "called"),
    [
        ("3", "Version 3"),
        ("20240101", "Version 20240101"),
        ("20201231T230000Z", "Versionen fra 1. januar 2021"),
        ("20240305T031500Z", "Versionen fra 5. marts 2024 kl. 04.15"),
        ("00000000T000000Z", "Den første version"),
    ],
)
def test_a_version_without_a_number_is_called_after_its_start(number: str, called: str) -> None:
    assert danish.version_name(number) == called
