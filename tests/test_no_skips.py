"""The guard that lets no test be left out in silence."""

from __future__ import annotations

import pytest

from tests.no_skips import REFERENCE_DATA_ABSENT

SKIPPING = """
import pytest

@pytest.mark.skip(reason={reason!r})
def test_marked():
    pass

def test_inside():
    pytest.skip({reason!r})
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALLOW_SKIP", raising=False)
    pytester.makeconftest('pytest_plugins = ("tests.no_skips",)')

    def counted(source: str) -> tuple[int, int, int]:
        pytester.makepyfile(source)
        passed, skipped, failed = pytester.inline_run(
            "-p", "no:randomly", "-p", "no:playwright"
        ).listoutcomes()
        return len(passed), len(skipped), len(failed)

    return counted


def test_a_skip_for_any_reason_counts_as_a_failure(run):
    assert run(SKIPPING.format(reason="there is no server")) == (0, 0, 2)


def test_a_whole_file_that_is_skipped_counts_as_a_failure(run):
    assert run("import pytest\npytest.skip('not today', allow_module_level=True)") == (0, 0, 1)


def test_absent_reference_data_may_be_the_reason(run):
    assert run(SKIPPING.format(reason=REFERENCE_DATA_ABSENT)) == (0, 2, 0)


def test_every_skip_passes_where_the_caller_allows_it(run, monkeypatch):
    monkeypatch.setenv("ALLOW_SKIP", "1")
    assert run(SKIPPING.format(reason="there is no server")) == (0, 2, 0)


def test_a_test_that_runs_is_left_alone(run):
    assert run("def test_here(): pass") == (1, 0, 0)
