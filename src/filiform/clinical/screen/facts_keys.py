"""What the keys of `./filiform screen --facts` mean: which question each answers, and the words for yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping

from filiform.clinical.screen.facts import Kind

# What is told in words, by its key: there symptoms and events may be read.
TEXTS = frozenset({"conditions", "medications", "symptoms", "events", "skin", "wound", "lymphoedema"})
FEVER = 38.0  # degrees Celsius; below it the question stays open, because a pill can hide a fever
THIN = 18.5  # kg/m2: below it underweight by the World Health Organization, recalled
KINDS = {
    "conditions": Kind.PROBLEM,
    "medications": Kind.MEDICINE,
    "allergies": Kind.ALLERGY,
    "devices": Kind.DEVICE,
    "implants": Kind.DEVICE,
}
# Which keys together answer a question that is asked of everybody.
COVERED: Mapping[str, tuple[str, ...]] = {
    "state": ("fasting", "symptoms"),
    "needling_before": ("events", "syncope_history"),
    "frail": ("conditions",),
    "flags_chest": ("symptoms",),
    "flags_belly": ("symptoms",),
    "flags_head": ("symptoms",),
    "flags_spine": ("symptoms", "events"),
    "flags_limbs": ("symptoms",),
    "flags_body": ("symptoms",),
    "flags_safety": ("symptoms",),
    "head_injury": ("events",),
    "infection": ("fever", "symptoms", "conditions"),
    "antibiotics": ("medications",),
    "blood_thinner": ("medications",),
    "antiplatelet": ("medications",),
    "other_medicines": ("medications",),
    "bleeding": ("bleeding_history", "conditions"),
    "diabetes": ("conditions",),
    "epilepsy": ("conditions",),
    "immune": ("conditions", "medications"),
    "vessels": ("vascular", "conditions"),
    "heart": ("conditions",),
    "lungs": ("conditions",),
    "cancer": ("conditions",),
    "organs": ("conditions",),
    "mind": ("conditions",),
    "body": ("conditions", "symptoms"),
    "surgery": ("surgery",),
    "implants": ("implants",),
    "devices": ("devices",),
    "tubes": ("devices", "implants"),
    "injection": ("medications", "events"),
    "skin": ("skin", "wound"),
    "skin_infection": ("skin",),
    "lymph": ("lymphoedema",),
    "allergy": ("allergies",),
    "travel": ("travel",),
    "anything_else": ("conditions", "symptoms", "events"),
}
# The question that a fact told by yes, no or words answers.
ASKED_BY = {
    "lymphoedema": "lymph",
    "skin": "skin",
    "vascular": "vessels",
    "surgery": "surgery",
    "travel": "travel",
    "bleeding_history": "bleeding",
}
# What a fact told as "no" denies besides its own question; something that says the opposite is a contradiction.
DENIES = {
    "fever": ("infection.fever",),
    "bleeding_history": ("thinner.bled",),
    "syncope_history": ("reaction.faint",),
    "fasting": ("today_weak", "diabetes.not_eaten"),
}
ABLE = {"capacity.none", "capacity.clouded", "capacity.cannot_keep_still", "capacity.interpreter"}
CAPACITY = {
    "clouded": "drunk alcohol intoxicated sedated sedation drugs high",
    "language": "language interpreter translator speaks",
    "still": "still tremor moves report",
    "confused": "confused dementia delirium drowsy cannot lacks unable impaired incapable none unconscious",
    "proxy": "proxy guardian represented attorney",
}
NO_WORDS = {"no", "none", "nil", "never", "false", "negative", "n", "nothing", "absent", "normal", "intact", "clear"}
YES_WORDS = {"yes", "y", "true", "full", "present", "positive"}
ABLE_WORDS = YES_WORDS | {"capacity", "has", "normal", "intact"}
DENIALS = {"no", "none", "nil", "never", "not", "denies", "denied", "without", "negative"}
CODE = re.compile(
    r"(?:(?P<system>[A-Za-z][\w:/. -]*?)\s*[|: ]\s*)?(?P<code>\d{3,18}|[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)"
)
SYSTEMS = {
    **dict.fromkeys(("snomed", "sct", "snomedct", "http://snomed.info/sct"), "snomed"),
    **dict.fromkeys(("rxnorm", "rxcui", "http://www.nlm.nih.gov/research/umls/rxnorm"), "rxnorm"),
    **dict.fromkeys(("icd", "icd10", "icd-10", "icd10cm", "icd-10-cm", "http://hl7.org/fhir/sid/icd-10-cm"), "icd10cm"),
}
