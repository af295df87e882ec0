"""A test that was left out proves nothing: here a skip is a failure.

One reason is accepted, ``REFERENCE_DATA_ABSENT``: reference data lies beside the repository, not in
it, and a clone elsewhere has none. ``ALLOW_SKIP=1`` accepts every reason.

(PYTEST_DONT_REWRITE: imported before pytest could rewrite it, and without any assertion.)
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

REFERENCE_DATA_ABSENT = "reference data beside the repository is absent"


def _accepted(reason: str) -> bool:
    return REFERENCE_DATA_ABSENT in reason or os.environ.get("ALLOW_SKIP") == "1"


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn the report of a skip for any other reason into one of a failure."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not _accepted(reason):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: {reason}. Nothing may be skipped (ALLOW_SKIP=1 may)."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse(report)
    return report
