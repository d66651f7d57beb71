"""What is typed into the plan: the episode, the decision with its reason, the plan of care."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filiform.clinical.condition import Condition
from filiform.clinical.plan import MOST_VISITS, USUAL_VISITS
from filiform.record.actions.plan import PlanOfCare
from filiform.record.reads.plan import PlanInfo

RECHECK = timedelta(days=21)
ACTIVE = (
    gettext_lazy("Exercise"),
    gettext_lazy("Stretching"),
    gettext_lazy("Strengthening"),
    gettext_lazy("Movement control"),
    gettext_lazy("Walking, cycling or other endurance"),
    gettext_lazy("Posture at work and at home"),
)
DECISIONS = (
    ("continue", gettext_lazy("Continue as planned")),
    ("change", gettext_lazy("Change the plan")),
    ("stop", gettext_lazy("Stop: no more needling")),
    ("refer", gettext_lazy("Refer to a doctor")),
)


def _day(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    messages = {"required": _("Choose a day."), "invalid": _("Choose a day that exists.")}
    return forms.DateField(widget=widget, error_messages=messages, **kwargs)


class DecisionForm(forms.Form):
    """What comes next, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What comes next"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what comes next.")},
    )
    because = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason: it is read at the next visit.")},
    )


class EpisodeForm(forms.Form):
    """One problem, and the day of its full examination."""

    problem = forms.CharField(
        label=gettext_lazy("Problem"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in a few words what the problem is.")},
    )
    examined_on = _day(label=gettext_lazy("Examined in full on"))


class PlanForm(forms.Form):
    """The plan of care."""

    goals = forms.CharField(
        label=gettext_lazy("Goals, in the patient's own words"),
        help_text=gettext_lazy("One goal a line."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write at least one goal, in the patient's own words.")},
    )
    active = forms.MultipleChoiceField(
        label=gettext_lazy("Active treatment beside the needles"),
        choices=[(str(words), words) for words in ACTIVE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    other = forms.CharField(label=gettext_lazy("Another active treatment"), max_length=300, required=False)
    visits = forms.IntegerField(
        label=gettext_lazy("Visits"),
        min_value=1,
        max_value=MOST_VISITS,
        error_messages={"required": gettext_lazy("Say how many visits are planned.")},
    )
    frequency = forms.CharField(
        label=gettext_lazy("How often"),
        max_length=60,
        error_messages={"required": gettext_lazy("Say how often the patient comes.")},
    )
    source_of_pain = forms.CharField(
        label=gettext_lazy("Source of the pain, as far as it is known"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say what the pain comes from, or that it is not known.")},
    )
    needling_can = forms.CharField(label=gettext_lazy("What needling can do here"), max_length=500, required=False)
    needling_cannot = forms.CharField(
        label=gettext_lazy("What needling cannot do here"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say what needling cannot do here.")},
    )
    home_programme = forms.CharField(
        label=gettext_lazy("Home programme"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    recheck_on = _day(label=gettext_lazy("Re-check on"))

    def plan(self) -> PlanOfCare:
        """The plan as it was typed."""
        data = self.cleaned_data
        return PlanOfCare(
            goals=tuple(data["goals"].splitlines()),
            visits=data["visits"],
            frequency=data["frequency"],
            active_treatments=(*data["active"], data["other"]),
            source_of_pain=data["source_of_pain"],
            needling_can=data["needling_can"],
            needling_cannot=data["needling_cannot"],
            home_programme=data["home_programme"],
            recheck_on=data["recheck_on"],
        )


def plan_form(
    data: QueryDict | None, plan: PlanInfo | None, today: date, condition: Condition | None = None
) -> PlanForm:
    """The form as it was sent; else filled from the plan so far; else with a proposal to be read and changed.

    What needling can and cannot do comes from `condition`, where one was chosen.
    """
    filled = _from_plan(plan) if plan else _proposal(today)
    honest = {"needling_can": condition.can, "needling_cannot": condition.cannot} if condition else {}
    return PlanForm(data, initial=filled | honest)


def _proposal(today: date) -> dict[str, object]:
    return {
        "visits": USUAL_VISITS,
        "frequency": _("once a week"),
        "needling_can": _("Pain and movement may be better for some weeks."),
        "needling_cannot": _("It does not cure the cause of the pain."),
        "recheck_on": today + RECHECK,
    }


def _from_plan(plan: PlanInfo) -> dict[str, object]:
    known = {str(words) for words in ACTIVE}
    return {
        "goals": "\n".join(plan.goals),
        "active": [one for one in plan.active_treatments if one in known],
        "other": ", ".join(one for one in plan.active_treatments if one not in known),
        "visits": plan.visits,
        "frequency": plan.frequency,
        "source_of_pain": plan.source_of_pain,
        "needling_can": plan.needling_can,
        "needling_cannot": plan.needling_cannot,
        "home_programme": plan.home_programme,
        "recheck_on": plan.recheck_on,
    }
