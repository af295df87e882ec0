"""A unit of work: who acts, when, and the one transaction in which it happens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from caseflow import dialect
from caseflow.commands import writing
from caseflow.domain.change import Change
from caseflow.domain.clock import local_date
from caseflow.domain.deadlines import Clockwork
from caseflow.domain.errors import Busy, NotFound, Stale
from caseflow.domain.facts import CaseFacts
from caseflow.domain.people import Actor
from caseflow.domain.routing import Router
from caseflow.extensions import db
from caseflow.models import Case, Event, FolioAlias, Setting
from caseflow.models.guard import guard
from caseflow.queries import reference as configuration
from caseflow.queries.facts import load_case, load_cases
from caseflow.settings import SettingsLike


class Fence(Protocol):
    """Raises where the effects of a transaction may not stand."""

    def __call__(self, session: Session, *, at_the_end: bool) -> None: ...


def _open(session: Session, *, at_the_end: bool) -> None:
    """A person acts: nobody else can have taken that over."""


#: Asked first and last in every transaction; the scheduler's jobs run behind that of their lease
#: (``leases.holding``), whatever commands they call.
FENCE: ContextVar[Fence] = ContextVar("fence", default=_open)


class Work:
    """One act, or one chunk of many: the session, the actor, the instant and the settings."""

    def __init__(
        self, session: Session, actor: Actor, now: dt.datetime, settings: SettingsLike
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.settings = settings
        #: the act is only tried, and will be taken back
        self.rehearsing = False
        self._reference: configuration.Reference | None = None
        self._reconfigured = False

    def acting(self, actor: Actor, now: dt.datetime | None = None) -> Work:
        """The same transaction in another person's hands, or later the same day."""
        return Work(self.session, actor, now or self.now, self.settings)

    @cached_property
    def today(self) -> dt.date:
        """The local day of the act."""
        return local_date(self.now)

    @property
    def reference(self) -> configuration.Reference:
        """The configuration that the act is ruled by.

        Not a ``cached_property``: in Python 3.11 that holds a lock for all threads while it reads,
        and here it may wait for SQLite's write lock, which another thread keeps while it waits for
        this one.
        """
        if self._reference is None:
            if self._reconfigured:
                # what is not committed must not be remembered by the process
                self._reference = configuration.fresh(self.session)
            else:
                self._reference = configuration.current(self.session, hold=self.locks)
        return self._reference

    @property
    def tree(self) -> configuration.Tree:
        return self.reference.tree

    @property
    def office(self) -> configuration.Office:
        return self.reference.office

    @property
    def clockwork(self) -> Clockwork:
        return self.reference.clockwork(self.today)

    @property
    def router(self) -> Router:
        return self.reference.router

    @property
    def desks(self) -> configuration.Desks:
        return self.reference.desks

    def case(self, ref: str, version: int | None = None) -> CaseFacts:
        """A case of the actor's scope, loaded and locked in this transaction.

        Raises ``NotFound`` for one that is not there or not the actor's, ``Stale`` when it is no
        longer at the version that the actor saw.
        """
        case = load_case(self.session, self.actor, ref, lock=self.locks)
        if case is None:
            raise NotFound("No se encontró el folio {ref}.", ref=ref)
        if version is not None and case.version != version:
            raise Stale()
        return case

    def cases(self, ids: Sequence[int], *, whole: bool = False) -> dict[int, CaseFacts]:
        """Many cases of the actor's scope by id; those that are not the actor's are missing."""
        where = dialect.among(Case.id, ids)
        return load_cases(self.session, self.actor, where, lock=self.locks, whole=whole)

    def case_id(self, ref: str) -> int | None:
        """The id behind a ref or an alias, within the actor's scope."""
        alias = select(FolioAlias.case_id).where(FolioAlias.ref == ref)
        found = load_cases(
            self.session, self.actor, or_(Case.ref == ref, Case.id.in_(alias)), whole=False
        )
        return next(iter(found), None)

    def apply(self, change: Change) -> None:
        """Write one change with its events."""
        writing.write(self.session, (change,))

    def apply_many(self, changes: Sequence[Change]) -> None:
        """Write many changes with the same few statements; all or none."""
        writing.write(self.session, changes)

    def record(
        self, action: str, data: Mapping[str, Any], effective_on: dt.date | None = None
    ) -> None:
        """An event about the configuration: who changed which rule, and how.

        Moves the stamp of the configuration, so that every worker reads it anew.
        """
        self.session.add(
            Event(
                action=action,
                actor_id=self.actor.user_id,
                entered_at=self.now,
                effective_on=effective_on or self.today,
                data=writing.plain(data),
            )
        )
        stamp = self.hold_configuration()
        if stamp is None:
            self.session.add(Setting(name=configuration.STAMP, value={"n": 1}))
        else:
            stamp.value = {"n": stamp.value["n"] + 1}
        self.session.flush()
        self._reference = None
        self._reconfigured = True

    def hold_configuration(self) -> Setting | None:
        """Wait for everybody who is ruled by the configuration, and let nobody in until the end.

        Returns the setting that counts its changes; none before the first.
        """
        return self.session.get(Setting, configuration.STAMP, with_for_update=True)

    @property
    def locks(self) -> bool:
        """Whether cases that are loaded to be changed must be locked row by row."""
        return dialect.lock_case_rows(self.session.get_bind().dialect.name)


@contextmanager
def begin_work(actor: Actor, now: dt.datetime | None = None) -> Iterator[Work]:
    """Open the one transaction in which an act is checked, changed and recorded; commit at the end.

    Whatever the request had read is let go first: nothing loaded outside is written inside.
    ``now`` is given by tests, by the demonstration and by the scheduler's catching up.

    Raises ``Busy`` when the database did not give way in time.
    """
    db.session.remove()
    engine = db.engine.execution_options(**{dialect.WRITES: True})
    session = guard(Session(engine, expire_on_commit=False))
    fence = FENCE.get()
    try:
        work = Work(session, actor, now or dt.datetime.now(dt.UTC), current_app.config["CASEFLOW"])
        fence(session, at_the_end=False)
        yield work
        fence(session, at_the_end=True)
        session.commit()
    except DBAPIError as error:
        session.rollback()
        if dialect.is_busy(error):
            raise Busy() from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
