from django.urls import path

from filiform.pages.plan import views

app_name = "plan"
urlpatterns = [
    path("visits/<uuid:visit_id>/plan/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/plan/decision/", views.decide, name="decide"),
    path("visits/<uuid:visit_id>/plan/episode/", views.episode, name="episode"),
    path("visits/<uuid:visit_id>/plan/care/", views.write, name="write"),
]
