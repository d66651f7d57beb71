"""Every address. Each page package brings its own; this file only says under which path."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path

_PAGES = Path(__file__).resolve().parents[1] / "pages"
# Where each page package lives. A package without a line here has no address, and a test says so.
WHERE = {
    "learn": "",
    "book": "",
    "today": "",
    "chart": "",
    "practice": "",
    "stock": "",
    "screen": "",
    "consent": "",
    "locate": "",
    "needle": "",
    "evaluate": "",
    "plan": "",
    "draw": "",  # before follow, whose links take whatever stands below p/
    "follow": "",
    "note": "",
    "atlas": "",
    "demo": "",
}

urlpatterns: list[URLPattern | URLResolver] = [path("account/", include("allauth.urls"))]
for _name, _prefix in WHERE.items():
    if (_PAGES / _name / "urls.py").exists():
        import_module(f"filiform.pages.{_name}.urls")
        urlpatterns.append(path(_prefix, include(f"filiform.pages.{_name}.urls")))

handler403 = "filiform.web.errors.forbidden"
handler404 = "filiform.web.errors.not_found"
handler500 = "filiform.web.errors.broken"
