from django.apps import AppConfig


class ScreenConfig(AppConfig):
    name = "filiform.pages.screen"
    label = "pages_screen"
