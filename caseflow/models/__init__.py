"""Every table, so that the metadata is complete wherever one of them is imported."""

from caseflow.models.appeal import Appeal
from caseflow.models.base import Base
from caseflow.models.case import Attachment, Case, FolioAlias, Link, Note, Petitioner
from caseflow.models.counter import Room, Topic
from caseflow.models.deadline import Deadline
from caseflow.models.event import AccessRecord, Event, EventSeal
from caseflow.models.imports import Batch, BatchRow, FormNonce, Job, JobItem
from caseflow.models.mediation import (
    Commitment,
    Invitation,
    Mediation,
    MediationEvent,
    MediationReading,
    MediationSession,
    NamedMediator,
    Party,
)
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
from caseflow.models.saved_view import SavedView
from caseflow.models.schedule import ClosedReport, JobRun, Lease, Mail, SpoiledItem
from caseflow.models.turn import Turn

__all__ = [
    "AccessRecord",
    "Appeal",
    "Area",
    "Assignment",
    "Attachment",
    "Attempt",
    "Base",
    "Batch",
    "BatchRow",
    "Case",
    "ClosedReport",
    "Commitment",
    "Deadline",
    "DefaultDesk",
    "Event",
    "EventSeal",
    "FolioAlias",
    "FormNonce",
    "Invitation",
    "Job",
    "JobItem",
    "JobRun",
    "Lease",
    "LegalTerm",
    "Link",
    "Mail",
    "Mediation",
    "MediationEvent",
    "MediationReading",
    "MediationSession",
    "NamedMediator",
    "NonWorkingDay",
    "Note",
    "Party",
    "Petitioner",
    "Room",
    "RoutingRule",
    "SavedView",
    "Series",
    "SeriesYear",
    "Setting",
    "SignIn",
    "SpoiledItem",
    "Subject",
    "TermSuspension",
    "Territory",
    "Topic",
    "Turn",
    "User",
]
