from django.apps import AppConfig


class NoteConfig(AppConfig):
    name = "filiform.pages.note"
    label = "pages_note"
