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
SUPERVISORS: Final = roles(Role.SUPERVISOR, Role.TRANSPARENCY)
ADMINS: Final = roles(Role.ADMIN)

POLICY: Final[Mapping[str, Policy]] = {
    "static": PUBLIC,
    "access.sign_in": PUBLIC,
    "access.take_sign_in": PUBLIC,
    "access.sign_out": SIGNED_IN,
    "access.account": SIGNED_IN,
    "access.save_account": SIGNED_IN,
    "access.save_password": SIGNED_IN,
    "capture.show": CAPTURERS,
    "capture.take": CAPTURERS,
    "capture.look_alikes": CAPTURERS,
    "capture.receipt": CAPTURERS,
    "public.show": PUBLIC,
    "public.check": PUBLIC,
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
