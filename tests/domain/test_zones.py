"""The same days wherever the machine believes itself to be.

The tests of the clock run again in a process of their own for each zone; they reach across the end
of summer time in October 2022. ``make prove`` does it with all tests of the domain.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CLOCK = ("test_calendar.py", "test_clock.py", "test_clock_oracle.py", "test_deadlines.py")


@pytest.mark.parametrize("zone", ["UTC", "America/Tijuana", "Asia/Kolkata"])
def test_the_clock_counts_the_same_in_every_zone(zone: str) -> None:
    told = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly",
            "-k", "not zone_of_the_machine",
            *(str(HERE / name) for name in CLOCK),
        ],
        env={**os.environ, "TZ": zone, "CASEFLOW_EXAMPLES": "10"},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-3000:]
    passed = re.search(r"(\d+) passed", told.stdout)
    assert passed is not None
    assert int(passed[1]) > 100
