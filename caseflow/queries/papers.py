"""What goes on the papers that the office hands out: receipts and turn slips.

Plain facts, already within the reader's scope: whatever an addressee may not see is left empty by
the query that fills these in, never hidden by the document that prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caseflow.domain.vocabulary import Basis, Kind, Source


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who signs above: the office, then the areas from the largest to the one that issues."""

    office: str
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came over the counter, so that nobody can say later that a sheet was missing."""

    sheets: int | None = None
    #: In words, as the clerk wrote them: "1 USB, 3 fotografías".
    annexes: str = ""
    oficio_number: str = ""
    oficio_date: date | None = None
    oficio_sender: str = ""
    oficio_post: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """The governing deadline as printed: its last day, and whose clock it is."""

    #: ``None`` while the clock rests or where no term exists.
    on: date | None
    #: Legal term or the office's commitment; ``None`` where no term exists.
    basis: Basis | None
    #: Sentences that must travel with the date ("lista de 2027 no publicada").
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """The receipt that a person takes away, with the key to check the folio.

    ``received_on`` is a legal date, ``registered_at`` the local wall time of the capture and the
    timestamp of the paper. ``key`` comes grouped or not; the paper groups it. ``public_url`` is
    ``CASEFLOW_PUBLIC_URL`` or empty: without it the paper prints telephone and hours, and no QR.
    """

    letterhead: Letterhead
    ref: str
    folio: str
    key: str
    kind: Kind
    source: Source
    registered_at: datetime
    received_on: date
    due: Due
    subject: str
    place: str = ""
    description: str = ""
    petitioner: str = ""
    external_folio: str = ""
    arrived: Arrived = Arrived()
    #: The area that answers for the case now (its desk).
    desk: str = ""
    clerk: str = ""
    public_url: str = ""
    telephone: str = ""
    hours: str = ""
    #: The office's short privacy notice; empty prints a neutral one.
    privacy_note: str = ""

    @property
    def check_page(self) -> str:
        """Address to type by hand, or empty where the office has no public page."""
        return f"{self.public_url.rstrip('/')}/consulta" if self.public_url else ""

    @property
    def check_link(self) -> str:
        """What the QR opens. The ref is a fragment, so that no server or proxy logs it."""
        return f"{self.check_page}#{self.ref}" if self.public_url else ""


@dataclass(frozen=True, slots=True)
class SlipSheet:
    """One turn slip: the sheet that the receiving area seals and signs.

    ``routed_at`` is local wall time. ``due`` is the case's clock and ``target_on`` the turn's own;
    the paper never mixes them.
    """

    letterhead: Letterhead
    ref: str
    folio: str
    kind: Kind
    source: Source
    area_code: str
    area_name: str
    #: Head of the area on the day of routing; empty where the post is vacant.
    head: str
    instruction: str
    subject: str
    received_on: date
    routed_at: datetime
    target_on: date | None
    due: Due
    sender: str
    sender_post: str = ""
    place: str = ""
    description: str = ""
    petitioner: str = ""
    contact: str = ""
    external_folio: str = ""
    #: Name of the routing rule that chose the area; empty when a person chose it.
    rule: str = ""
    #: Names of the other areas with a turn of the same case and round.
    other_areas: tuple[str, ...] = ()
    arrived: Arrived = Arrived()
