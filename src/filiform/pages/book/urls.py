"""Asking for a first visit."""

from __future__ import annotations

from django.urls import path

from filiform.pages.book import views

app_name = "book"
urlpatterns = [
    path("book/", views.request_visit, name="request"),
    path("book/thanks/", views.thanks, name="thanks"),
]
