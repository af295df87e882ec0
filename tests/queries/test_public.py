"""The citizen's check: the receipt goes on working, and nobody else is told anything."""

from __future__ import annotations

import hmac

import pytest
from sqlalchemy import Connection, event

from caseflow.domain.vocabulary import Channel, Source
from caseflow.extensions import db
from caseflow.queries import public
from caseflow.queries.public import PublicStatus, status
from caseflow.queries.reference import folio_series
from tests.builders import Office


def check(office: Office, folio: str, key: str) -> PublicStatus | None:
    secret = office.app.config["CASEFLOW"].secret_key
    found = status(db.session(), secret, folio, key, folio_series(db.session()))
    db.session.remove()
    return found


def refolio(office: Office, ref: str, value: str) -> str:
    return office.act(
        "supervision", ref, "correct", field="folio", value=value, reason="Error de captura"
    ).ref


@pytest.fixture
def suac(office: Office) -> tuple[str, str]:
    """A folio of SUAC with the key of its receipt."""
    made = office.capture("supervision", source=Source.SUAC, folio="2441009",
                          channel=Channel.PHONE.value)  # fmt: skip
    return made.case.ref, made.key


def test_a_receipt_goes_on_working_after_its_folio_was_corrected(
    office: Office, suac: tuple[str, str]
) -> None:
    old, key = suac
    new = refolio(office, old, "2441010")
    assert new != old
    for typed in (old, "2441009", new):
        found = check(office, typed, key)
        assert found is not None
        assert found.ref == new


def test_it_goes_on_after_several_corrections(office: Office, suac: tuple[str, str]) -> None:
    first, key = suac
    ref = first
    for number in range(2_441_010, 2_441_013):
        ref = refolio(office, ref, str(number))
    for typed in (first, "SUAC-2441011", ref):
        found = check(office, typed, key)
        assert found is not None
        assert found.ref == ref


def test_the_old_ref_that_another_folio_bears_now_finds_each_by_its_own_key(
    office: Office, suac: tuple[str, str]
) -> None:
    old, key = suac
    new = refolio(office, old, "2441010")
    other = office.capture("supervision", source=Source.SUAC, folio="2441009",
                           channel=Channel.PHONE.value)  # fmt: skip
    assert other.case.ref == old
    mine, theirs = check(office, old, key), check(office, old, other.key)
    assert mine is not None
    assert theirs is not None
    assert (mine.ref, theirs.ref) == (new, old)


def test_the_key_of_another_folio_does_not_fit(office: Office, suac: tuple[str, str]) -> None:
    other = office.capture()
    refolio(office, suac[0], "2441010")
    assert check(office, suac[0], other.key) is None
    assert check(office, other.case.ref, suac[1]) is None


def test_right_wrong_and_unknown_cost_the_same(
    office: Office, suac: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ref, key = suac
    refolio(office, ref, "2441010")
    compared: list[int] = []
    statements: list[str] = []
    compare = hmac.compare_digest

    def counting(one: str, other: str) -> bool:
        compared.append(1)
        return compare(one, other)

    def told(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    monkeypatch.setattr(public.hmac, "compare_digest", counting)
    event.listen(db.engine, "before_cursor_execute", told)
    costs = set()
    for typed, said in ((ref, key), (ref, "K7QM-2XWP-9D"), ("SUAC-9999999", key), ("", key)):
        compared.clear()
        statements.clear()
        check(office, typed, said)
        costs.add((len(compared), len(statements)))
    event.remove(db.engine, "before_cursor_execute", told)
    assert len(costs) == 1
