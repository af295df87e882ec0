"""Who may open which endpoint: one table, read by the gate, by the menu and by the tests.

What a person sees behind an endpoint is the scope's business (``queries.scope``); here stands only
which roles have anything to do there. An endpoint without a row stops the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask

from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Policy:
    """``public``: without signing in; ``roles`` empty: anybody signed in."""

    roles: frozenset[Role] = frozenset()
    public: bool = False

    def admits(self, actor: Actor | None) -> bool:
        if self.public:
            return True
        return actor is not None and (not self.roles or actor.has(*self.roles))


PUBLIC: Final = Policy(public=True)
SIGNED_IN: Final = Policy()


def roles(*names: Role) -> Policy:
    return Policy(frozenset(names))


#: Whoever works with cases: all but administration and mediation.
WORKERS: Final = roles(Role.CLERK, Role.STAFF, Role.HEAD, Role.SUPERVISOR, Role.TRANSPARENCY)
#: The same and the internal control body, which only reads.
READERS: Final = Policy(WORKERS.roles | {Role.AUDITOR})
CAPTURERS: Final = roles(Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY)
#: Whoever acts on turns.
TURN_WORKERS: Final = Policy(WORKERS.roles - {Role.CLERK})
SUPERVISORS: Final = roles(Role.SUPERVISOR, Role.TRANSPARENCY)
#: Whoever reads the appeals of a desk.
APPEAL_READERS: Final = roles(Role.CLERK, Role.SUPERVISOR, Role.TRANSPARENCY, Role.AUDITOR)
#: Whoever answers for a whole subtree, or inspects those who do.
INSPECTORS: Final = Policy(SUPERVISORS.roles | {Role.AUDITOR})
ADMINS: Final = roles(Role.ADMIN)
#: Whoever registers mediations or may be named in them; which files each opens is the scope's.
MEDIATION_HANDS: Final = roles(Role.CLERK, Role.STAFF, Role.HEAD, Role.MEDIATOR)
CALENDAR_KEEPERS: Final = roles(Role.ADMIN, Role.TRANSPARENCY)

POLICY: Final[Mapping[str, Policy]] = {
    "static": PUBLIC,
    "access.sign_in": PUBLIC,
    "access.take_sign_in": PUBLIC,
    "access.language": PUBLIC,
    "access.sign_out": SIGNED_IN,
    "access.account": SIGNED_IN,
    "access.save_account": SIGNED_IN,
    "access.save_password": SIGNED_IN,
    "capture.show": CAPTURERS,
    "capture.take": CAPTURERS,
    "capture.look_alikes": CAPTURERS,
    "capture.receipt": CAPTURERS,
    "cases.show": READERS,
    "cases.preview": READERS,
    "cases.person": WORKERS,
    "cases.form": WORKERS,
    "cases.turn_form": WORKERS,
    "cases.effect": WORKERS,
    "cases.turn_effect": WORKERS,
    "cases.take": WORKERS,
    "cases.take_turn": WORKERS,
    "appeals.index": INSPECTORS,
    "appeals.show": APPEAL_READERS,
    "appeals.form": APPEAL_READERS,
    "appeals.effect": APPEAL_READERS,
    "appeals.take": APPEAL_READERS,
    "attachments.download": READERS,
    "deadline.show": READERS,
    "deadline.certificate": READERS,
    "deadline.days": READERS,
    "slips.one": READERS,
    "slips.many": READERS,
    "slips.many_marked": READERS,
    "health.show": PUBLIC,
    "health.retry": roles(Role.ADMIN, Role.SUPERVISOR),
    "reports.index": READERS,
    "reports.overdue": INSPECTORS,
    "reports.download": INSPECTORS,
    "reports.issue": SUPERVISORS,
    "reports.morning": READERS,
    "board.show": SUPERVISORS,
    "board.charts": SUPERVISORS,
    "board.export": SUPERVISORS,
    "bulk.form": TURN_WORKERS,
    "bulk.take": TURN_WORKERS,
    "bulk.undo": TURN_WORKERS,
    "bulk.job": TURN_WORKERS,
    "bulk.undo_many": TURN_WORKERS,
    "inbox.home": SIGNED_IN,
    "inbox.show": WORKERS,
    "inbox.export": WORKERS,
    "inbox.mine": TURN_WORKERS,
    "inbox.export_mine": TURN_WORKERS,
    "inbox.desk": CAPTURERS,
    "inbox.export_desk": CAPTURERS,
    "notices.index": SIGNED_IN,
    "notices.read": SIGNED_IN,
    "notices.read_all": SIGNED_IN,
    "views.index": WORKERS,
    "views.save": WORKERS,
    "views.edit": WORKERS,
    "views.rename": WORKERS,
    "views.drop": WORKERS,
    "search.show": READERS,
    "search.export": READERS,
    "imports.index": CAPTURERS,
    "imports.upload": CAPTURERS,
    "imports.template": CAPTURERS,
    "imports.show": CAPTURERS,
    "imports.progress": CAPTURERS,
    "imports.apply": CAPTURERS,
    "imports.resume": CAPTURERS,
    "imports.pause": CAPTURERS,
    "imports.rows": CAPTURERS,
    "imports.discard": CAPTURERS,
    "quarantine.correct": CAPTURERS,
    "quarantine.discard": CAPTURERS,
    "quarantine.retry": CAPTURERS,
    "public.show": PUBLIC,
    "public.check": PUBLIC,
    "mediations.index": MEDIATION_HANDS,
    "mediations.find": MEDIATION_HANDS,
    "mediations.new": MEDIATION_HANDS,
    "mediations.register": MEDIATION_HANDS,
    "mediations.show": MEDIATION_HANDS,
    "mediations.form": MEDIATION_HANDS,
    "mediations.take": MEDIATION_HANDS,
    "admin.areas": ADMINS,
    "admin.area_new": ADMINS,
    "admin.area_edit": ADMINS,
    "admin.area_end": ADMINS,
    "admin.users": ADMINS,
    "admin.user_new": ADMINS,
    "admin.user": ADMINS,
    "admin.user_password": ADMINS,
    "admin.user_active": ADMINS,
    "admin.role_give": ADMINS,
    "admin.role_end": ADMINS,
    "admin.rules": ADMINS,
    "admin.rule_new": ADMINS,
    "admin.rule_edit": ADMINS,
    "admin.rule_end": ADMINS,
    "admin.rule_move": ADMINS,
    "admin.terms": ADMINS,
    "admin.term_new": ADMINS,
    "admin.term_correct": ADMINS,
    "admin.term_end": ADMINS,
    "admin.settings": ADMINS,
    "admin.settings_save": ADMINS,
    "admin.series": ADMINS,
    "calendar.show": SIGNED_IN,
    "calendar.day": CALENDAR_KEEPERS,
    "calendar.work_day": CALENDAR_KEEPERS,
    "calendar.suspend": CALENDAR_KEEPERS,
    "calendar.load": CALENDAR_KEEPERS,
    "calendar.take_off": CALENDAR_KEEPERS,
    "calendar.apply": CALENDAR_KEEPERS,
    "calendar.redating": CALENDAR_KEEPERS,
}


class UncoveredEndpoint(RuntimeError):
    """A programming error: an endpoint without a row in ``POLICY``, or a row without endpoint."""


def check(app: Flask) -> None:
    """Refuse to start with an endpoint that nobody decided about."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    missing, dead = endpoints - POLICY.keys(), POLICY.keys() - endpoints
    if missing or dead:
        raise UncoveredEndpoint(
            f"without policy: {sorted(missing)}; without endpoint: {sorted(dead)}"
        )
