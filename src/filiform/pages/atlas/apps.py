from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from filiform.web.parts import NavItem


class AtlasConfig(AppConfig):
    name = "filiform.pages.atlas"
    label = "pages_atlas"
    nav = NavItem(label=gettext_lazy("Atlas"), icon="atlas", route="atlas:home", act="see_atlas", order=5)
