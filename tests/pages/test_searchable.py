"""What search may know of an offer."""

import pytest

from generator.pages.offer.search_document import _ages, _phones
from generator.register.model.models import Tilbud


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


def test_ages_stand_beside_their_target_group() -> None:
    groups = [
        {"navn": "Autismespektrum", "alderFra": 20, "alderTil": 25},
        {"navn": "Angst ", "alderFra": 18},
        {"navn": "Stofmisbrug"},
    ]
    tilbud = Tilbud.model_validate({"maalgrupper": groups})
    ages = list(_ages(tilbud, ["Autismespektrum", "Angst", "Stofmisbrug"]))
    assert ages == [
        ("Angst", 18, None),
        ("Autismespektrum", 20, 25),
        ("Stofmisbrug", 18, None),
        ("Stofmisbrug", 20, 25),
    ]
