from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from filiform.web.parts import NavItem


class FollowConfig(AppConfig):
    name = "filiform.pages.follow"
    label = "pages_follow"
    nav = NavItem(
        label=gettext_lazy("Follow-ups"), icon="message", route="follow:queue", act="read_follow_ups", order=3
    )
