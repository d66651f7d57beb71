from django.apps import AppConfig


class LearnConfig(AppConfig):
    name = "filiform.pages.learn"
    label = "pages_learn"
