from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from filiform.web.parts import NavItem


class TodayConfig(AppConfig):
    name = "filiform.pages.today"
    label = "pages_today"
    nav = NavItem(label=gettext_lazy("Today"), icon="today", route="today:home", act="see_today", order=1)
