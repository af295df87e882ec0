"""Delivers the outbox by SMTP: at least once, known by its Message-ID, and nobody waits for it."""

from __future__ import annotations

import datetime as dt
import email.policy
import email.utils
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from caseflow.commands.outbox import (
    FAILED,
    Letter,
    give_back,
    mark_failed,
    mark_sent,
    take_mail,
)
from caseflow.settings import SettingsLike

#: Seconds that a server may take to answer.
PATIENCE = 20
#: Mails taken at once: what a crash leaves for ten minutes.
BATCH = 20
#: Batches of one run; the next run goes on from there.
LONGEST_RUN = 50


class Unwritable(ValueError):
    """A mail that cannot be written: no server would change that."""


def deliver(settings: SettingsLike, now: dt.datetime | None = None) -> dict[str, int]:
    """Send what is due. Returns ``sent``, ``failed`` (set aside) and ``postponed``.

    Without ``smtp_url`` mail waits. A server that goes away ends the run; what it left is tried
    again later.
    """
    counts = {"sent": 0, "failed": 0, "postponed": 0}
    if not settings.smtp_url:
        return counts
    for _ in range(LONGEST_RUN):
        letters = take_mail(now, BATCH)
        if not letters or not _send_batch(settings, letters, now, counts):
            break
    return counts


def _send_batch(
    settings: SettingsLike,
    letters: tuple[Letter, ...],
    now: dt.datetime | None,
    counts: dict[str, int],
) -> bool:
    """Send a batch over one connection; whether the server was there to the end."""
    waiting = list(letters)
    try:
        with _server(settings) as server:
            while waiting:
                problem, for_good = _send(server, settings.mail_from, waiting[0])
                letter = waiting.pop(0)
                if not problem:
                    mark_sent(letter, now)
                    counts["sent"] += 1
                else:
                    state = mark_failed(letter, problem, now, for_good=for_good)
                    counts["failed" if state == FAILED else "postponed"] += 1
    except (OSError, smtplib.SMTPException) as error:
        if waiting:
            problem = f"{type(error).__name__}: {error}"
            state = mark_failed(waiting[0], problem, now, for_good=False)
            give_back(waiting[1:], now)
            counts["failed" if state == FAILED else "postponed"] += 1
            counts["postponed"] += len(waiting) - 1
        return False
    return True


def _send(server: smtplib.SMTP, sender: str, letter: Letter) -> tuple[str, bool]:
    """Send one mail: the problem (empty: none), and whether trying again is useless.

    Raises ``SMTPServerDisconnected`` or ``OSError`` when the server went away.
    """
    try:
        server.send_message(write_mail(sender, letter))
    except Unwritable as error:
        return str(error), True
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return _answer(code, words), code >= 500
    except smtplib.SMTPSenderRefused as refused:
        return _answer(refused.smtp_code, refused.smtp_error), False
    except smtplib.SMTPDataError as refused:
        return _answer(refused.smtp_code, refused.smtp_error), refused.smtp_code >= 500
    except smtplib.SMTPNotSupportedError as error:
        return str(error), True
    return "", False


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"


def write_mail(sender: str, letter: Letter) -> EmailMessage:
    """The message of a mail. Raises ``Unwritable`` for a recipient or subject that cannot be."""
    message = EmailMessage(policy=email.policy.SMTP)
    try:
        recipient = Address(addr_spec=letter.recipient)
        message["From"] = sender
        message["To"] = recipient
        message["Subject"] = letter.subject
    except (MessageError, ValueError, IndexError) as error:
        raise Unwritable(f"no se puede escribir: {type(error).__name__}") from error
    message["Message-ID"] = letter.message_id
    message["Date"] = email.utils.localtime()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


@contextmanager
def _server(settings: SettingsLike) -> Iterator[smtplib.SMTP]:
    """A connection to the server of ``smtp_url``, encrypted before any password is said."""
    address = urlsplit(settings.smtp_url)
    host, context = address.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, address.port or 465, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, address.port or 587, timeout=PATIENCE)
    with server:
        server.ehlo()
        if address.scheme == "smtp" and (address.username or server.has_extn("starttls")):
            server.starttls(context=context)
            server.ehlo()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        yield server
