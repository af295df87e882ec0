"""What the tests of the write path share: offices by the handful, on each engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.offices import Offices


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def offices(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Offices:
    return Offices(request, engine, tmp_path)
