from django.urls import path

from filiform.pages.screen import views

app_name = "screen"
urlpatterns = [
    path("visits/<uuid:visit_id>/screen/", views.screen, name="visit"),
    path("visits/<uuid:visit_id>/screen/answers/", views.answer, name="answer"),
    path("visits/<uuid:visit_id>/screen/doctor/", views.doctor, name="doctor"),
]
