from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "filiform.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
