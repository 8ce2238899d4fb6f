"""What search may know of an offer."""

import pytest

from generator.pages.searchable import _phones


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("44450186", ["44450186"]),
        ("+45 44 45 01 86", ["44450186"]),
        ("(+45) 44 45 01 86", ["44450186"]),
        (" 0045 44450186", ["44450186"]),
        ("45 44 45 01 86", ["44450186"]),
        ("44 45 01 86 / 20 30 40 50", ["44450186", "20304050"]),
        ("44450186 lok. 12", ["44450186", "12"]),
        ("ring blot", []),
    ],
)
def test_telephone_numbers_are_told_apart(written: str, numbers: list[str]) -> None:
    assert list(_phones(written)) == numbers
