"""One act that a person is about to take: on which case or turn, and what its form is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from caseflow.domain.corrections import CORRECTABLE, Correctable
from caseflow.domain.facts import CaseFacts, TurnFacts
from caseflow.domain.people import Actor
from caseflow.domain.phrases import N_
from caseflow.domain.turn_acts import may_also_answer
from caseflow.domain.workflow import Transition
from caseflow.queries.case_page import CasePage

#: Actions that documents may come along with.
WITH_FILES = frozenset(
    {
        "answer", "attach", "complete_answer", "desist", "draft", "extend", "first_answer",
        "receive_clarification", "refer", "refer_part", "reply", "request_clarification",
        "already_public", "verify_identity", "make_effective", "notify_cost", "record_payment",
    }
)  # fmt: skip
#: Actions that do not mind what happened meanwhile: two notes at once are two notes.
UNVERSIONED = frozenset({"note", "attach"})
#: Acts on a principal that may be repeated on its duplicates.
REPEATABLE = frozenset({"answer", "close", "first_answer", "refer", "complete_answer"})
#: What the text of an act is, where "Texto" would not say it.
_TEXTS: Mapping[str, str] = {
    "already_public": N_("Respuesta a la persona"),
    "answer": N_("Respuesta a la persona"),
    "complete_answer": N_("Respuesta complementaria"),
    "desist": N_("Escrito o constancia del desistimiento"),
    "draft": N_("Respuesta que se propone"),
    "first_answer": N_("Qué se le informó a la persona"),
    "lapse": N_("Observaciones"),
    "make_effective": N_("Qué se hizo"),
    "note": N_("Nota"),
    "receive_clarification": N_("Qué contestó la persona"),
    "reply": N_("Respuesta del área"),
    "request_clarification": N_("Qué se le pide completar a la persona"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One act of one person on one case, or on one of its turns."""

    page: CasePage
    transition: Transition
    actor: Actor
    turn: TurnFacts | None = None

    @property
    def case(self) -> CaseFacts:
        return self.page.case

    @property
    def action(self) -> str:
        return self.transition.action

    @property
    def version(self) -> int:
        return self.turn.version if self.turn is not None else self.case.version

    @property
    def names(self) -> tuple[str, ...]:
        """The needs of the form that this case can have at all."""
        names = self.transition.needs + self.transition.optional
        if self.action == "amend":
            return ("act", "right_on", "never", "reason")
        if self.action == "reply" and not (
            self.turn is not None and may_also_answer(self.case, self.turn)
        ):
            names = self.transition.needs
        return names

    @property
    def with_files(self) -> bool:
        """Whether documents may come along."""
        return self.action in WITH_FILES

    @property
    def text_label(self) -> str:
        """What the text of the act is, where "Texto" would not say it."""
        return _TEXTS.get(self.action, "")

    @property
    def correcting(self) -> Correctable | None:
        """The fact being corrected, once it was chosen."""
        chosen = request.values.get("field") or request.args.get("dato")
        return CORRECTABLE.get(chosen or "") if self.action == "correct" else None

    @property
    def duplicates(self) -> tuple[tuple[str, str], ...]:
        """(ref, words) of the duplicates on which the act may be repeated."""
        if self.turn is not None or self.action not in REPEATABLE:
            return ()
        return tuple(
            (link.ref, f"{link.ref} · {link.subject}") for link in self.page.links if link.duplicate
        )
