from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from filiform.web.parts import NavItem


class ChartConfig(AppConfig):
    name = "filiform.pages.chart"
    label = "pages_chart"
    nav = NavItem(label=gettext_lazy("Patients"), icon="patients", route="chart:find", act="find_patient", order=2)
