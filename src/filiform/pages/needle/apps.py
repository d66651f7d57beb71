from django.apps import AppConfig


class NeedleConfig(AppConfig):
    name = "filiform.pages.needle"
    label = "pages_needle"
