"""Who may edit the configuration: administration, and the transparency office for calendars."""

from __future__ import annotations

from caseflow.domain.errors import NotAllowed
from caseflow.domain.people import Actor
from caseflow.domain.vocabulary import Role


def require_admin(actor: Actor) -> None:
    """Raises ``NotAllowed`` for whoever is neither administration nor the system itself."""
    if not actor.system and not actor.has(Role.ADMIN):
        raise NotAllowed("Sólo administración cambia la configuración de la oficina.")


def keeps_calendar(actor: Actor) -> bool:
    """Whether the actor may load non-working days and suspensions of terms (domain §6)."""
    return actor.system or actor.has(Role.ADMIN, Role.TRANSPARENCY)


def require_calendar_keeper(actor: Actor) -> None:
    """Raises ``NotAllowed`` for whoever may not change the calendar."""
    if not keeps_calendar(actor):
        raise NotAllowed("Sólo administración y transparencia cambian los días inhábiles.")
