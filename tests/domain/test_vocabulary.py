"""Words of the screen: members of two lists may share their text and still have their own word."""

from __future__ import annotations

import pytest

from caseflow.domain.vocabulary import CaseState, DeadlineState, TurnState, spanish
from caseflow.domain.word_list import WordList


def test_a_case_and_a_turn_that_are_answered_have_each_their_word() -> None:
    assert [spanish(one) for one in (CaseState.ANSWERED, TurnState.ANSWERED)] == [
        "Respondido", "Contestado",
    ]  # fmt: skip
    assert [spanish(one) for one in (CaseState.CLOSED, CaseState.REFERRED)] == [
        "Concluido", "Remitido",
    ]  # fmt: skip


def test_a_member_has_one_word() -> None:
    with pytest.raises(ValueError, match="two words"):
        WordList((CaseState.CLOSED, "Concluido"), (CaseState.CLOSED, "Cerrado"))


def test_a_list_holds_its_members_and_no_others() -> None:
    words = WordList((TurnState.ANSWERED, "Contestado"))
    assert (list(words), len(words)) == ([TurnState.ANSWERED], 1)
    assert CaseState.ANSWERED not in words
    assert DeadlineState.MET not in words
