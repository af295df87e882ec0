"""Who is signed in: a row on the server behind the cookie, checked at every request."""

from __future__ import annotations

import datetime as dt

import structlog
from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from caseflow.commands.people import ABSOLUTE, IDLE, SEEN_EVERY, digest, touch
from caseflow.commands.work import begin_work
from caseflow.domain.instants import local_date
from caseflow.domain.people import SYSTEM, Actor
from caseflow.extensions import db, login
from caseflow.queries import reference
from caseflow.queries.people import OpenSession, make_actor, open_session
from caseflow.web.policy import POLICY, PUBLIC


class SignedIn(UserMixin):
    """The person of this request; its id in the cookie is the session's token."""

    def __init__(self, found: OpenSession, token: str) -> None:
        self.user_id = found.user_id
        self.name = found.name
        self.email = found.email
        self.keys_on = found.keys_on
        self.roomy = found.roomy
        self.language = found.language or ""
        self.last_seen_at = found.last_seen_at
        self.roles = found.roles
        self.token = token

    def get_id(self) -> str:
        return self.token


def now() -> dt.datetime:
    """The instant of this request, the same in all that it does."""
    moment: dt.datetime | None = g.get("now")
    if moment is None:
        moment = g.now = dt.datetime.now(dt.UTC)
    return moment


def today() -> dt.date:
    """The local day of this request."""
    day: dt.date | None = g.get("today")
    if day is None:
        day = g.today = local_date(now())
    return day


def rules() -> reference.Reference:
    """The configuration that this request is ruled by."""
    read: reference.Reference | None = g.get("reference")
    if read is None:
        read = g.reference = reference.current(db.session(), stamp=g.get("stamp"))
    return read


def signed_in_actor() -> Actor:
    """Who acts in this request; 404 for nobody, since the gate stands before."""
    if g.get("actor") is None:
        abort(404)
    actor: Actor = g.actor
    return actor


@login.user_loader
def load(token: str) -> SignedIn | None:
    """The person behind a token whose session is alive; none ends the request's sign-in."""
    found = open_session(db.session(), digest(token), today())
    if found is None:
        return None
    g.stamp = found.stamp
    moment = now()
    if moment - found.last_seen_at > IDLE or moment - found.started_at > ABSOLUTE:
        return None
    return SignedIn(found, token)


def enter(token: str) -> None:
    """Put a fresh session's token into a fresh cookie."""
    session.clear()
    person = load(token)
    if person is not None:
        login_user(person)
        session.permanent = True


def leave() -> str:
    """Take the token out of the cookie; the caller ends its row."""
    token = str(getattr(current_user, "token", ""))
    logout_user()
    session.clear()
    return token


def gate() -> ResponseReturnValue | None:
    """Before every view: sign-in first, then the policy table; not yours looks like not there."""
    structlog.contextvars.clear_contextvars()
    endpoint = request.endpoint
    if endpoint is None:
        return None
    policy = POLICY[endpoint]
    if policy is PUBLIC and endpoint == "static":
        return None
    actor = None
    if current_user.is_authenticated:
        actor = make_actor(
            current_user.user_id, current_user.name, current_user.roles, rules().tree
        )
        structlog.contextvars.bind_contextvars(user_id=current_user.user_id)
    g.actor = actor
    if policy.admits(actor):
        return None
    if actor is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        target = url_for("access.sign_in", siguiente=wanted if wanted != "/" else None)
        if request.headers.get("HX-Request"):
            return Response(status=401, headers={"HX-Redirect": target})
        return redirect(target)
    abort(404)


def keep_alive(response: Response) -> Response:
    """After the page is ready: move the idle limit, at most every five minutes."""
    if request.endpoint == "static" or g.get("actor") is None:
        return response
    if current_user.is_authenticated and now() - current_user.last_seen_at > SEEN_EVERY:
        token = current_user.token
        with begin_work(SYSTEM, now()) as work:
            touch(work, token)
    return response


def register(app: Flask) -> None:
    app.before_request(gate)
    app.after_request(keep_alive)
