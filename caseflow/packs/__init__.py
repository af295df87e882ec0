"""Reads the packs: the organisation, the law and what comes with them, as checked rows.

A pack is data that ships with the program and that an office edits afterwards on screen. Reading
is pure: no database, no clock. A pack with a mistake is refused as a whole, with one sentence
that says where it is (``Refused``); loading the rows is the business of the commands.
"""

from caseflow.packs.asks import ActRow, load_acts
from caseflow.packs.laws import load_law
from caseflow.packs.offices import load_demo_days, load_pack
from caseflow.packs.rows import (
    COMMON,
    AreaRow,
    DeskRow,
    LawPack,
    LocalityRow,
    NonWorkingRow,
    Pack,
    RoutingRow,
    SeriesRow,
    SubjectRow,
    TermRow,
    TerritoryRow,
    WindowRow,
)

__all__ = [
    "COMMON",
    "ActRow",
    "AreaRow",
    "DeskRow",
    "LawPack",
    "LocalityRow",
    "NonWorkingRow",
    "Pack",
    "RoutingRow",
    "SeriesRow",
    "SubjectRow",
    "TermRow",
    "TerritoryRow",
    "WindowRow",
    "load_acts",
    "load_demo_days",
    "load_law",
    "load_pack",
]
