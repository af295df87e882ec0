"""Every table, so that the metadata is complete wherever one of them is imported."""

from caseflow.models.base import Base
from caseflow.models.case import Attachment, Case, FolioAlias, Link, Note, Petitioner
from caseflow.models.deadline import Deadline
from caseflow.models.event import AccessRecord, Event, EventSeal
from caseflow.models.imports import Batch, BatchRow, FormNonce, Job, JobItem
from caseflow.models.organisation import Area, Assignment, Attempt, SignIn, User
from caseflow.models.reference import (
    DefaultDesk,
    LegalTerm,
    NonWorkingDay,
    RoutingRule,
    Series,
    SeriesYear,
    Setting,
    Subject,
    TermSuspension,
    Territory,
)
from caseflow.models.schedule import ClosedReport, JobRun, Lease, Mail
from caseflow.models.turn import Turn

__all__ = [
    "AccessRecord",
    "Area",
    "Assignment",
    "Attachment",
    "Attempt",
    "Base",
    "Batch",
    "BatchRow",
    "Case",
    "ClosedReport",
    "Deadline",
    "DefaultDesk",
    "Event",
    "EventSeal",
    "FolioAlias",
    "FormNonce",
    "Job",
    "JobItem",
    "JobRun",
    "Lease",
    "LegalTerm",
    "Link",
    "Mail",
    "NonWorkingDay",
    "Note",
    "Petitioner",
    "RoutingRule",
    "Series",
    "SeriesYear",
    "Setting",
    "SignIn",
    "Subject",
    "TermSuspension",
    "Territory",
    "Turn",
    "User",
]
