from django.urls import path

from filiform.pages.evaluate import views

app_name = "evaluate"
urlpatterns = [
    path("visits/<uuid:visit_id>/evaluate/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/evaluate/measures/", views.measure, name="measure"),
    path("visits/<uuid:visit_id>/evaluate/treatment/", views.treatment, name="treatment"),
    path("visits/<uuid:visit_id>/evaluate/adverse/", views.adverse, name="adverse"),
]
