from django.apps import AppConfig


class EvaluateConfig(AppConfig):
    name = "filiform.pages.evaluate"
    label = "pages_evaluate"
