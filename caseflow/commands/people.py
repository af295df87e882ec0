"""People: signing in and out, throttled attempts, and their accounts."""

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

from caseflow.commands.mediations import release_mediator
from caseflow.commands.roles import end_sessions, release_turns, require_an_admin
from caseflow.commands.work import Work
from caseflow.domain.administration import require_admin
from caseflow.domain.errors import InvalidData, MissingData, NotFound, NotNow, Stale
from caseflow.domain.phrases import N_
from caseflow.models import Attempt, SignIn, User

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
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"
_CHANGED = N_("Alguien más cambió esta cuenta mientras la tenía abierta. Revise cómo quedó.")
_COMMON = frozenset(
    (
        "contraseña1234 password1234 iztacalco2026 iztacalco1234 123456789012 qwertyuiop12 "
        "administrador contraseña123 caseflow1234 alcaldia2026"
    ).split()
)


class Throttled(NotNow):
    """Too many attempts: the answer is the same whether the account exists or not."""

    def __init__(self) -> None:
        super().__init__(N_("Demasiados intentos. Espere quince minutos y vuelva a intentar."))


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


def new_password() -> str:
    """A password to hand over once: four groups of four, without letters that look alike."""
    groups = ("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


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
    require_admin(work.actor)
    email = _address(work, email)
    if not name.strip():
        raise MissingData("Escriba el nombre.", field="name")
    user = User(email=email, name=name.strip(), post=post.strip(), demo=demo)
    if password is not None:
        check_password(password)
        user.password_hash = _hasher().hash(password)
    work.session.add(user)
    work.session.flush()
    work.record("user_added", {"user": user.id})
    return user


def edit_user(
    work: Work, user_id: int, email: str, name: str, post: str, version: int | None = None
) -> None:
    """Correct a person's name, post or address. Raises as ``add_user``, and ``Stale``."""
    require_admin(work.actor)
    user = _user(work, user_id)
    if version is not None and user.version != version:
        raise Stale(_CHANGED)
    email = _address(work, email, but=user_id)
    if not name.strip():
        raise MissingData("Escriba el nombre.", field="name")
    before = {"email": user.email, "name": user.name, "post": user.post}
    after = {"email": email, "name": name.strip(), "post": post.strip()}
    changed = [field for field, value in after.items() if before[field] != value]
    if not changed:
        return
    for field in changed:
        setattr(user, field, after[field])
    user.version += 1
    if "email" in changed:
        end_sessions(work, user_id)
    work.record(
        "user_edited",
        {
            "user": user_id,
            "before": {field: before[field] for field in changed},
            "after": {field: after[field] for field in changed},
        },
    )


def set_password(work: Work, user_id: int, password: str) -> None:
    """A new password; every session of the person ends. One's own, or as administration."""
    if work.actor.user_id != user_id:
        require_admin(work.actor)
    check_password(password)
    user = _user(work, user_id)
    user.password_hash = _hasher().hash(password)
    end_sessions(work, user_id)
    forget_failures(work, f"account:{user.email}")
    work.record("password_set", {"user": user_id})


def set_active(work: Work, user_id: int, active: bool) -> None:
    """Disable or enable an account; disabling ends its sessions and frees its turns and
    its mediation files.

    The last administration account stays.
    """
    require_admin(work.actor)
    user = _user(work, user_id)
    if user.active == active:
        return
    user.active = active
    work.session.flush()
    released = 0
    if not active:
        require_an_admin(work)
        end_sessions(work, user_id)
        released = release_turns(work, user_id, kept=())
        release_mediator(work, user_id)
    work.record(
        "user_enabled" if active else "user_disabled", {"user": user_id, "released": released}
    )


def set_preferences(work: Work, **values: Any) -> None:
    """The person's own settings: shortcuts, comfortable type, language of the screens."""
    user = work.session.get(User, work.actor.user_id)
    if user is None:
        raise NotFound("No se encontró la cuenta.")
    for name in ("keys_on", "roomy"):
        if name in values:
            setattr(user, name, bool(values[name]))
    if "language" in values:
        user.language = str(values["language"])


def _user(work: Work, user_id: int) -> User:
    user = work.session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("No se encontró la cuenta.")
    return user


def _address(work: Work, email: str, but: int | None = None) -> str:
    email = email.strip().casefold()
    name, _, host = email.partition("@")
    if not name or not host or "@" in host or any(letter.isspace() for letter in email):
        raise InvalidData("Escriba un correo válido.", field="email")
    taken = work.session.scalar(select(User.id).where(User.email == email))
    if taken is not None and taken != but:
        raise InvalidData("Ya hay una cuenta con ese correo.", field="email")
    return email
