"""What to do about a program that a test needs and this machine does not have."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRE_ALL = "TILBUDSSPEJL_REQUIRE_ALL"


def missing_tool(reason: str) -> NoReturn:
    """Skip the test, saying why and what to install; where every tool must be there (`.ci/run`), fail it."""
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{reason} ({REQUIRE_ALL}=1: nothing may be skipped)", pytrace=False)
    pytest.skip(reason)
