from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "filiform.pages.stock"
    label = "pages_stock"
