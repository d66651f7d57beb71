from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "filiform.pages.plan"
    label = "pages_plan"
