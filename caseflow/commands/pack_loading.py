"""Loading the packs of an installation, and dating again what a newer version of them moves."""

from __future__ import annotations

from caseflow.commands.packs import load_law, load_organisation
from caseflow.commands.redating import Redated, hold_clock, redate_cases
from caseflow.commands.work import Work
from caseflow.packs.rows import LawPack, Pack


def load_packs(work: Work, pack: Pack, law: LawPack) -> Redated:
    """Load both packs: idempotent, leaving what the office edited.

    A newer pack may bring days or terms that open cases are counted by. Raises ``NotNow`` while
    dates are being counted again.
    """
    before = hold_clock(work)
    load_organisation(work, pack)
    load_law(work, law)
    return redate_cases(work, before, work.clockwork, "Se cargó otra versión de los paquetes")
