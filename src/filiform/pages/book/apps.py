from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "filiform.pages.book"
    label = "pages_book"
