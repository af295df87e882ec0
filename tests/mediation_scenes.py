"""Mediations for the tests, brought to their stages by the commands."""

from __future__ import annotations

import datetime as dt
from typing import Any

from caseflow.commands.mediations import Registration, register_mediation, take_mediation
from caseflow.domain.mediations import MediationFacts
from tests.builders import NOW, TODAY, Office


def party(side: str, name: str, **more: Any) -> dict[str, Any]:
    return {"party_kind": "person", "side": side, "name": name, **more}


class Table:
    """Both sides of a table: files registered at the window and mediated in the unit."""

    def __init__(self, office: Office, now: dt.datetime = NOW, today: dt.date = TODAY) -> None:
        self.office, self.now, self.today = office, now, today

    def register(self, login: str = "ventanilla", **more: Any) -> str:
        """A new file; its ref. ``parties`` and the rest as ``Registration`` takes them."""
        values: dict[str, Any] = {
            "area_id": self.office.area("JUD-AMC"),
            "subject": "ruido",
            "received_on": self.today,
            "parties": [party("asking", "Ana Ávalos"), party("invited", "Beto Bravo")],
            "colonia": "Agrícola Oriental",
            **more,
        }
        with self.office.work(login, self.now) as work:
            return register_mediation(work, Registration(**values)).ref

    def act(
        self, login: str, ref: str, action: str, version: int | None = None, **data: Any
    ) -> MediationFacts:
        with self.office.work(login, self.now) as work:
            return take_mediation(work, ref, action, data, version)

    def name(self, ref: str, login: str = "mediacion") -> None:
        self.act("titular", ref, "name", person=self.office.user_id(login))

    def screen(self, ref: str, **more: Any) -> None:
        answers = {
            "violence_asked": True, "mediable": "yes", "screened_on": self.today, "consents": True,
        }  # fmt: skip
        self.act("mediacion", ref, "screen", **{**answers, **more})

    def invite(self, ref: str, result: str = "accepted") -> None:
        self.act("mediacion", ref, "invite", party="2", sent_on=self.today, means="by_hand")
        self.act(
            "mediacion", ref, "record_invitation",
            invitation="1", result=result, delivered_on=self.today,
        )  # fmt: skip

    def meet(self, ref: str, outcome: str = "agreement", **more: Any) -> None:
        self.act(
            "mediacion", ref, "open_session",
            held_on=self.today, attended=[1, 2], session_outcome=outcome, **more,
        )  # fmt: skip

    def agree(self, ref: str, what: str = "Bajar el volumen a las 22:00") -> None:
        promised = [{"party": "2", "what": what, "due_on": self.today}]
        self.act("mediacion", ref, "agree", agreed_on=self.today, commitments=promised)

    def agreed(self, **more: Any) -> str:
        """A file with its agreement; its ref."""
        ref = self.register(**more)
        self.name(ref)
        self.screen(ref)
        self.invite(ref)
        self.meet(ref)
        self.agree(ref)
        return ref
