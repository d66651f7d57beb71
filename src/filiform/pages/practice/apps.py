from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from filiform.web.parts import NavItem


class PracticeConfig(AppConfig):
    name = "filiform.pages.practice"
    label = "pages_practice"
    nav = NavItem(label=gettext_lazy("Practice"), icon="practice", route="practice:home", act="read_audit", order=4)
