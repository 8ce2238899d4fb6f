"""An archive of the test's own."""

from pathlib import Path

import pytest

from tests.archive.mirror import Mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    """An archive that is not there yet."""
    return Mirror(tmp_path)
