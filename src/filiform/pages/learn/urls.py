"""Signed out: the practice's front page and the pages to read."""

from __future__ import annotations

from django.urls import path

from filiform.pages.learn import views

app_name = "learn"
urlpatterns = [
    path("", views.home, name="home"),
    path("learn/<slug:slug>/", views.page, name="page"),
]
