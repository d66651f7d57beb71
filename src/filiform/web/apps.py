"""The web floor as a Django app: base pages, components, icons and styles. It has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "filiform.web"
    label = "web"
