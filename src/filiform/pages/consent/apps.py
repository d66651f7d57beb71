from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "filiform.pages.consent"
    label = "pages_consent"
