"""The outbox against a real SMTP server: nothing lost, nothing silently doubled, nobody waits."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import random
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from caseflow import mail
from caseflow.commands import outbox
from caseflow.commands.outbox import MOST_TRIES, Letter, take_mail
from caseflow.commands.work import begin_work
from caseflow.domain.people import SYSTEM
from caseflow.extensions import db
from caseflow.models import Mail
from tests.builders import NOW, Office, TestSettings

MINUTE = dt.timedelta(minutes=1)
MAILS = int(os.environ.get("CASEFLOW_MAILS", "60"))


class Post:
    """A server's mind: what it takes, what it refuses, when it hangs up."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []  # Message-ID, recipient
        self.letters: list[bytes] = []
        self.refuse: Callable[[str], str] = lambda recipient: "250 OK"
        self.answer: Callable[[int], str] = lambda number: "250 OK"
        self.seen = 0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        said = self.refuse(address)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.seen += 1
        said = self.answer(self.seen)
        if said == "taken, then gone":
            self._keep(envelope)
            server.transport.close()
            await asyncio.sleep(0)
        elif said == "gone":
            server.transport.close()
        elif said.startswith("250"):
            self._keep(envelope)
        return said if said[:3].isdigit() else "451 gone"

    def _keep(self, envelope: Any) -> None:
        content = bytes(envelope.content)
        head = content.decode().split("\r\n\r\n")[0]
        message_id = next(
            line.split(":", 1)[1].strip() for line in head.split("\r\n")
            if line.lower().startswith("message-id")
        )  # fmt: skip
        self.got.append((message_id, envelope.rcpt_tos[0]))
        self.letters.append(content)


@pytest.fixture
def post() -> Iterator[Post]:
    with running(Post()) as (mind, _):
        yield mind


@contextlib.contextmanager
def running(mind: Post) -> Iterator[tuple[Post, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(mind, hostname="127.0.0.1", port=port)
    server.start()
    mind.port = port  # type: ignore[attr-defined]
    try:
        yield mind, port
    finally:
        server.stop()


def settings(app: Flask, post: Post) -> TestSettings:
    base: TestSettings = app.config["CASEFLOW"]
    return replace(base, smtp_url=f"smtp://127.0.0.1:{post.port}")  # type: ignore[attr-defined]


def put(app: Flask, n: int = 1, recipient: str = "persona{}@example.mx", **more: str) -> None:
    with begin_work(SYSTEM, NOW) as work:
        for i in range(n):
            work.session.add(
                Mail(
                    message_id=f"<{i}@caseflow.invalid>",
                    recipient=recipient.format(i),
                    subject=more.get("subject", "Un folio está por vencer"),
                    body="El folio CESAC-2026-000123 vence mañana.",
                    state="queued",
                    next_try_at=NOW,
                )
            )


def states() -> Counter[str]:
    found = Counter(db.session.scalars(select(Mail.state)))
    db.session.remove()
    return found


def only() -> Mail:
    found = db.session.scalars(select(Mail)).one()
    db.session.remove()
    return found


def test_what_waits_is_sent_once(app: Flask, post: Post) -> None:
    put(app, 25)
    assert mail.deliver(settings(app, post), NOW) == {"sent": 25, "failed": 0, "postponed": 0}
    assert mail.deliver(settings(app, post), NOW)["sent"] == 0
    assert len(set(post.got)) == len(post.got) == 25
    assert states() == {"sent": 25}


def test_a_mail_says_what_it_is(app: Flask, post: Post) -> None:
    put(app)
    mail.deliver(settings(app, post), NOW)
    text = post.letters[0].decode()
    assert "Message-ID: <0@caseflow.invalid>" in text
    assert "Auto-Submitted: auto-generated" in text
    assert "From: caseflow@localhost" in text


def test_without_a_server_mail_waits(app: Flask) -> None:
    put(app)
    assert mail.deliver(app.config["CASEFLOW"], NOW)["sent"] == 0
    assert states() == {"queued": 1}


def test_a_server_that_is_down_leaves_mail_for_later(app: Flask, post: Post) -> None:
    put(app, 3)
    down = replace(app.config["CASEFLOW"], smtp_url="smtp://127.0.0.1:1")
    assert mail.deliver(down, NOW) == {"sent": 0, "failed": 0, "postponed": 3}
    assert states() == {"queued": 3}
    assert mail.deliver(settings(app, post), NOW + MINUTE)["sent"] == 3


def test_only_the_mail_that_was_tried_counts_a_try(app: Flask) -> None:
    put(app, 3)
    mail.deliver(replace(app.config["CASEFLOW"], smtp_url="smtp://127.0.0.1:1"), NOW)
    assert sorted(db.session.scalars(select(Mail.attempts))) == [0, 0, 1]


def test_one_refused_recipient_stops_nobody_else(app: Flask, post: Post) -> None:
    put(app, 4)
    post.refuse = lambda who: "550 no such user" if who.startswith("persona2") else "250 OK"
    assert mail.deliver(settings(app, post), NOW) == {"sent": 3, "failed": 1, "postponed": 0}
    failed = db.session.scalars(select(Mail).where(Mail.state == "failed")).one()
    assert (failed.problem or "").startswith("550")
    db.session.remove()


def test_each_try_waits_longer_and_the_last_sets_it_aside(app: Flask, post: Post) -> None:
    put(app)
    post.refuse = lambda who: "451 try later"
    now, waits = NOW, []
    for _ in range(MOST_TRIES):
        mail.deliver(settings(app, post), now)
        found = only()
        waits.append(found.next_try_at - now)
        now = found.next_try_at
    assert waits[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert max(waits[:-1]) == dt.timedelta(hours=6)
    assert only().state == "failed"


def test_a_server_that_takes_it_and_hangs_up_gets_the_same_id_again(app: Flask, post: Post) -> None:
    put(app)
    post.answer = lambda number: "taken, then gone" if number == 1 else "250 OK"
    assert mail.deliver(settings(app, post), NOW)["postponed"] == 1
    assert mail.deliver(settings(app, post), NOW + MINUTE)["sent"] == 1
    assert Counter(post.got) == {("<0@caseflow.invalid>", "persona0@example.mx"): 2}


def test_a_sender_that_died_leaves_its_mail_to_the_next_after_ten_minutes(
    app: Flask, post: Post
) -> None:
    put(app, 2)
    assert len(take_mail(NOW, 10)) == 2
    assert mail.deliver(settings(app, post), NOW + 9 * MINUTE)["sent"] == 0
    assert states() == {"sending": 2}
    assert mail.deliver(settings(app, post), NOW + 10 * MINUTE)["sent"] == 2


def test_two_senders_take_different_mail(app: Flask) -> None:
    put(app, 5)
    first, second = take_mail(NOW, 3), take_mail(NOW, 3)
    assert (len(first), len(second)) == (3, 2)
    assert not {letter.id for letter in first} & {letter.id for letter in second}


@pytest.mark.parametrize(
    "recipient", ["sin arroba", "a@b.mx\r\nBcc: otro@example.mx", "", "a@b.mx, c@d.mx"]
)
def test_a_recipient_that_cannot_be_written_is_set_aside(
    app: Flask, post: Post, recipient: str
) -> None:
    put(app, 1, recipient.replace("{", ""))
    with begin_work(SYSTEM, NOW) as work:
        work.session.add(
            Mail(message_id="<good@caseflow.invalid>", recipient="buena@example.mx", subject="x",
                 body="x", state="queued", next_try_at=NOW)
        )  # fmt: skip
    assert mail.deliver(settings(app, post), NOW) == {"sent": 1, "failed": 1, "postponed": 0}
    assert [recipient for _, recipient in post.got] == ["buena@example.mx"]


def test_a_subject_never_becomes_a_header(app: Flask, post: Post) -> None:
    put(app, 1, subject="Hola\r\nBcc: otro@example.mx")
    mail.deliver(settings(app, post), NOW)
    assert post.got == []
    assert states() == {"failed": 1}


def test_held_mail_stays_until_a_person_lets_it_go(app: Flask, post: Post) -> None:
    put(app, 2)
    with begin_work(SYSTEM, NOW) as work:
        assert outbox.hold_mail(work) == 2
    assert mail.deliver(settings(app, post), NOW)["sent"] == 0
    with begin_work(SYSTEM, NOW) as work:
        assert outbox.release_mail(work) == 2
    assert mail.deliver(settings(app, post), NOW)["sent"] == 2


def test_a_third_of_failing_answers_loses_and_doubles_nothing(app: Flask, post: Post) -> None:
    put(app, MAILS)
    chance = random.Random(20261124)
    post.answer = lambda number: "451 try later" if chance.random() < 0.3 else "250 OK"
    now = NOW
    for _ in range(MOST_TRIES):
        while any(mail.deliver(settings(app, post), now).values()):
            pass  # a run ends after some batches, so as not to keep a scheduler that is to end
        now += dt.timedelta(hours=7)
    assert states() == {"sent": MAILS}
    assert len(set(post.got)) == len(post.got) == MAILS
    assert post.seen > MAILS


def test_a_password_is_never_said_in_clear(app: Flask, post: Post) -> None:
    """The server offers no STARTTLS: with a name and a word in the address nothing is sent."""
    put(app)
    named = settings(app, post).smtp_url.replace("smtp://", "smtp://user:word@")
    counts = mail.deliver(replace(app.config["CASEFLOW"], smtp_url=named), NOW)
    assert counts == {"sent": 0, "failed": 0, "postponed": 1}
    assert post.got == []


def test_spanish_words_arrive_as_they_were_written() -> None:
    letter = Letter(1, "<1@x>", "a@b.mx", "Añadió ñandú", "Está por vencer: mañana.", 1)
    message = mail.write_mail("caseflow@localhost", letter)
    assert message["Subject"] == "Añadió ñandú"
    assert message.get_content().strip() == "Está por vencer: mañana."


def test_a_notice_of_an_act_waits_in_the_outbox(office: Office) -> None:
    ref = office.capture().case.ref
    office.route("supervision", ref, "JUD-AMC")
    office.turn("titular", ref, 1, "assign", person=office.user_id("personal"))
    found = db.session.execute(select(Mail.recipient, Mail.state).order_by(Mail.id))
    assert list(found) == [("titular@demo.local", "queued"), ("personal@demo.local", "queued")]
