"""The tables, a file per step. Only `record` imports this."""

from filiform.record.models.audit import AuditRow, ErasurePermit
from filiform.record.models.background import Allergy, Device, Import, ImportedResource, Medicine, Problem, Procedure
from filiform.record.models.book import Visit, VisitRequest
from filiform.record.models.consent import Consent, ConsentWithdrawal
from filiform.record.models.evaluate import Measure
from filiform.record.models.follow import AdverseEvent, FollowUp, FollowUpAnswer, Message, PatientLink
from filiform.record.models.locate import Choice, PainDrawing, Palpation, PalpationPlace
from filiform.record.models.needle import AsideEvent, Session, SessionEvent, Treatment
from filiform.record.models.note import Amendment, Note
from filiform.record.models.people import Credential, Patient, Practitioner, User
from filiform.record.models.plan import Decision, Episode, Plan
from filiform.record.models.practice import Place, Practice, Room
from filiform.record.models.screen import DoctorAnswer, Screening
from filiform.record.models.stock import Lot, LotMove, LotRecall

__all__ = [
    "AdverseEvent",
    "Allergy",
    "Amendment",
    "AsideEvent",
    "AuditRow",
    "Choice",
    "Consent",
    "ConsentWithdrawal",
    "Credential",
    "Decision",
    "Device",
    "DoctorAnswer",
    "Episode",
    "ErasurePermit",
    "FollowUp",
    "FollowUpAnswer",
    "Import",
    "ImportedResource",
    "Lot",
    "LotMove",
    "LotRecall",
    "Measure",
    "Medicine",
    "Message",
    "Note",
    "PainDrawing",
    "Palpation",
    "PalpationPlace",
    "Patient",
    "PatientLink",
    "Place",
    "Plan",
    "Practice",
    "Practitioner",
    "Problem",
    "Procedure",
    "Room",
    "Screening",
    "Session",
    "SessionEvent",
    "Treatment",
    "User",
    "Visit",
    "VisitRequest",
]
