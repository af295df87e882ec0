"""People: signing in and out, throttled attempts, users and their dated roles."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import argon2
from sqlalchemy import delete, func, select, update

from caseflow.commands.work import Work
from caseflow.domain.errors import InvalidData, MissingData, NotFound, NotNow
from caseflow.domain.vocabulary import Role
from caseflow.models import Assignment, Attempt, SignIn, User

#: Idle and absolute life of a session (reliability.md, A8).
IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=10)
#: ``last_seen`` is written at most this often.
SEEN_EVERY = dt.timedelta(minutes=5)

#: Failures in the window after which attempts are no longer evaluated (A9).
WINDOW = dt.timedelta(minutes=15)
PER_ACCOUNT = 5
PER_ADDRESS = 30

SHORTEST, LONGEST = 12, 128
_COMMON = frozenset(
    (
        "contraseña1234 password1234 iztacalco2026 iztacalco1234 123456789012 qwertyuiop12 "
        "administrador contraseña123 caseflow1234 alcaldia2026"
    ).split()
)


class Throttled(NotNow):
    """Too many attempts: the answer is the same whether the account exists or not."""

    def __init__(self) -> None:
        super().__init__("Demasiados intentos. Espere quince minutos y vuelva a intentar.")


@lru_cache(maxsize=1)
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to compare with where the account does not exist, so that time tells nothing."""
    return _hasher().hash(secrets.token_hex(16))


def check_password(password: str) -> None:
    """Refuse a password too short, too long or too common; no composition rules (A10)."""
    if len(password) < SHORTEST:
        raise InvalidData(
            "La contraseña lleva al menos {n} caracteres; una frase corta es buena idea.",
            field="password",
            n=SHORTEST,
        )
    if len(password) > LONGEST:
        raise InvalidData(
            "La contraseña lleva a lo más {n} caracteres.", field="password", n=LONGEST
        )
    if password.casefold() in _COMMON:
        raise InvalidData("Esa contraseña es demasiado común; elija otra.", field="password")


def throttle(work: Work, limits: Mapping[str, int]) -> None:
    """Raise ``Throttled`` where one of the keys had its failures in the window.

    Keys are stored hashed: they hold accounts and addresses.
    """
    since = work.now - WINDOW
    for key, limit in limits.items():
        n = work.session.scalar(
            select(func.count()).where(Attempt.key == _hashed(work, key), Attempt.at > since)
        )
        if (n or 0) >= limit:
            raise Throttled()


def note_failure(work: Work, *keys: str) -> None:
    """Count a failed attempt under each key."""
    for key in keys:
        work.session.add(Attempt(key=_hashed(work, key), at=work.now))


def forget_failures(work: Work, key: str) -> None:
    work.session.execute(delete(Attempt).where(Attempt.key == _hashed(work, key)))


def purge_attempts(work: Work) -> int:
    """Remove attempts that no longer count."""
    done = work.session.execute(delete(Attempt).where(Attempt.at < work.now - 4 * WINDOW))
    return int(getattr(done, "rowcount", 0))


def _hashed(work: Work, key: str) -> str:
    secret = work.settings.secret_key.encode()
    return hmac.new(secret, key.casefold().encode(), hashlib.sha256).hexdigest()


def sign_in(work: Work, email: str, password: str, address: str) -> str | None:
    """A new session's token for the right password, none for a wrong one.

    Raises ``Throttled``. The token goes into the signed cookie; only its digest is stored.
    """
    account, origin = f"account:{email.strip()}", f"address:{address}"
    throttle(work, {account: PER_ACCOUNT, origin: PER_ADDRESS})
    user = work.session.scalar(
        select(User).where(User.email == email.strip().casefold(), User.active.is_(True))
    )
    stored = user.password_hash if user is not None else None
    try:
        _hasher().verify(stored or _nobody(), password[: LONGEST + 1])
        right = stored is not None
    except argon2.exceptions.VerificationError:
        right = False
    if not right or user is None:
        note_failure(work, account, origin)
        return None
    if _hasher().check_needs_rehash(stored or ""):
        user.password_hash = _hasher().hash(password)
    forget_failures(work, account)
    return open_session(work, user.id)


def open_session(work: Work, user_id: int) -> str:
    """A new server-side session of a person; returns its token."""
    token = secrets.token_urlsafe(32)
    work.session.add(
        SignIn(
            token_sha256=digest(token), user_id=user_id, started_at=work.now, last_seen_at=work.now
        )
    )
    return token


def digest(token: str) -> str:
    """What is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def touch(work: Work, token: str) -> None:
    """The session was used: move its idle limit."""
    work.session.execute(
        update(SignIn).where(SignIn.token_sha256 == digest(token)).values(last_seen_at=work.now)
    )


def sign_out(work: Work, token: str) -> None:
    """End a session for good: its cookie opens nothing any more."""
    work.session.execute(
        update(SignIn)
        .where(SignIn.token_sha256 == digest(token), SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def end_sessions(work: Work, user_id: int) -> None:
    """End all sessions of a person: on a new password, on other rights, on leaving."""
    work.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def add_user(
    work: Work,
    email: str,
    name: str,
    password: str | None = None,
    *,
    post: str = "",
    demo: bool = False,
) -> User:
    """A new person. Raises ``InvalidData`` for an address in use or a weak password."""
    email = email.strip().casefold()
    if "@" not in email or " " in email:
        raise InvalidData("Escriba un correo válido.", field="email")
    if not name.strip():
        raise MissingData("Escriba el nombre.", field="name")
    if work.session.scalar(select(User.id).where(User.email == email)) is not None:
        raise InvalidData("Ya hay una cuenta con ese correo.", field="email")
    user = User(email=email, name=name.strip(), post=post.strip(), demo=demo)
    if password is not None:
        check_password(password)
        user.password_hash = _hasher().hash(password)
    work.session.add(user)
    work.session.flush()
    work.record("user_added", {"user": user.id})
    return user


def set_password(work: Work, user_id: int, password: str) -> None:
    """A new password; every session of the person ends."""
    check_password(password)
    user = work.session.get(User, user_id)
    if user is None:
        raise NotFound("No se encontró la cuenta.")
    user.password_hash = _hasher().hash(password)
    end_sessions(work, user_id)
    work.record("password_set", {"user": user_id})


def set_active(work: Work, user_id: int, active: bool) -> None:
    """Disable or enable an account; disabling ends its sessions. The last admin stays."""
    user = work.session.get(User, user_id)
    if user is None:
        raise NotFound("No se encontró la cuenta.")
    if not active and _is_last_admin(work, user_id):
        raise NotNow("Es la última cuenta de administración; nombre otra antes de desactivarla.")
    user.active = active
    if not active:
        end_sessions(work, user_id)
    work.record("user_enabled" if active else "user_disabled", {"user": user_id})


def assign_role(
    work: Work,
    user_id: int,
    area_id: int,
    role: Role,
    valid_from: dt.date | None = None,
    *,
    acting: bool = False,
) -> Assignment:
    """Give a person a role in an area from a day on; their sessions end, so that it counts."""
    assignment = Assignment(
        user_id=user_id,
        area_id=area_id,
        role=role.value,
        acting=acting,
        valid_from=valid_from or work.today,
    )
    work.session.add(assignment)
    end_sessions(work, user_id)
    work.session.flush()
    work.record(
        "role_given",
        {"user": user_id, "area": area_id, "role": role, "from": assignment.valid_from},
    )
    return assignment


def end_assignment(work: Work, assignment_id: int, last_day: dt.date | None = None) -> None:
    """End a role. The person's open turns of that area stay there, without a person."""
    found = work.session.get(Assignment, assignment_id)
    if found is None:
        raise NotFound("No se encontró la función.")
    if found.role == Role.ADMIN and _is_last_admin(work, found.user_id):
        raise NotNow("Es la última función de administración; nombre otra antes de terminarla.")
    found.valid_to = last_day or work.today
    end_sessions(work, found.user_id)
    work.record(
        "role_ended",
        {"user": found.user_id, "area": found.area_id, "role": found.role, "to": found.valid_to},
    )


def set_preferences(work: Work, **values: Any) -> None:
    """The person's own settings: shortcuts, comfortable type."""
    user = work.session.get(User, work.actor.user_id)
    if user is None:
        raise NotFound("No se encontró la cuenta.")
    for name in ("keys_on", "roomy"):
        if name in values:
            setattr(user, name, bool(values[name]))


def _is_last_admin(work: Work, user_id: int) -> bool:
    others = work.session.scalar(
        select(func.count(func.distinct(Assignment.user_id)))
        .join(User, User.id == Assignment.user_id)
        .where(
            Assignment.role == Role.ADMIN.value,
            Assignment.user_id != user_id,
            Assignment.valid_to.is_(None),
            User.active.is_(True),
        )
    )
    mine = work.session.scalar(
        select(func.count()).where(
            Assignment.role == Role.ADMIN.value,
            Assignment.user_id == user_id,
            Assignment.valid_to.is_(None),
        )
    )
    return bool(mine) and not others
