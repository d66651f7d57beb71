"""Consent for the regions of one visit."""

from __future__ import annotations

from uuid import UUID

from filiform.interop.fhir.writing.parts import TERMINOLOGY, About, Resource, clean, coded, instant, resource, text
from filiform.record.reads.export import ConsentPart


def consent(about: About, visit_id: UUID, one: ConsentPart) -> Resource:
    """R4's Consent has no place for the visit; who signed and what was told stand in words."""
    told = "told" if one.pleural_risk_told else "not told"
    policy = f"Consent text {one.text_version}, SHA-256 {one.text_hash}; risk to the lung {told}; visit {visit_id}"
    if one.withdrawn_at:
        policy += f"; withdrawn: {one.withdrawn_because or 'no reason given'}"
    return resource(
        "Consent",
        one.id,
        status="inactive" if one.withdrawn_at else "active",
        scope=coded(f"{TERMINOLOGY}/consentscope", "treatment"),
        category=[text("Consent to dry needling")],
        patient=about.subject(),
        dateTime=instant(one.recorded_at),
        performer=[{"display": one.signed_by}],
        policyRule=text(policy),
        provision=clean(
            {
                "type": "permit",
                "period": clean(
                    {
                        "start": instant(one.recorded_at),
                        "end": instant(one.withdrawn_at) if one.withdrawn_at else "",
                    }
                ),
                "code": [about.region(site["region"], site["side"]) for site in one.sites],
            }
        ),
    )
