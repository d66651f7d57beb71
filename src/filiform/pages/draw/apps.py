from django.apps import AppConfig


class DrawConfig(AppConfig):
    name = "filiform.pages.draw"
    label = "pages_draw"
