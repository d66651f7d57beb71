from django.apps import AppConfig


class LocateConfig(AppConfig):
    name = "filiform.pages.locate"
    label = "pages_locate"
