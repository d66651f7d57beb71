"""screen: may this patient be needled today, where not, how, and what must be known first.

Pure: `screen(answers, background, book_rules=..., ...)` returns a `Result`. The rules are data, in knowledge/screening.
"""

from filiform.clinical.screen.book import (
    AnswerKind,
    AskedOf,
    Band,
    Entered,
    Option,
    Page,
    Precaution,
    Question,
    Rule,
    Rulebook,
    Term,
    Vocabulary,
    Where,
)
from filiform.clinical.screen.decide import due_questions, may_start, screen
from filiform.clinical.screen.facts import Answer, Background, DoctorAnswer, Kind, Said, Verdict
from filiform.clinical.screen.holding import standing
from filiform.clinical.screen.locks import restriction_blocks, technique_blocks
from filiform.clinical.screen.result import (
    Action,
    Ask,
    Disposition,
    Evidence,
    Finding,
    Restrict,
    Restriction,
    Result,
    Scope,
    restriction_from_json,
    strictest,
)

__all__ = [
    "Action",
    "Answer",
    "AnswerKind",
    "Ask",
    "AskedOf",
    "Background",
    "Band",
    "Disposition",
    "DoctorAnswer",
    "Entered",
    "Evidence",
    "Finding",
    "Kind",
    "Option",
    "Page",
    "Precaution",
    "Question",
    "Restrict",
    "Restriction",
    "Result",
    "Rule",
    "Rulebook",
    "Said",
    "Scope",
    "Term",
    "Verdict",
    "Vocabulary",
    "Where",
    "due_questions",
    "may_start",
    "restriction_blocks",
    "restriction_from_json",
    "screen",
    "standing",
    "strictest",
    "technique_blocks",
]
