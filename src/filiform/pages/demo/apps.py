from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "filiform.pages.demo"
    label = "pages_demo"
