from django.urls import path

from filiform.pages.today import views

app_name = "today"
urlpatterns = [
    path("today/", views.home, name="home"),
    path("visits/<uuid:visit_id>/arrived/", views.arrived, name="arrived"),
    path("visits/<uuid:visit_id>/missed/", views.missed, name="missed"),
    path("visits/<uuid:visit_id>/cancel/", views.cancelled, name="cancelled"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:request_id>/answer/", views.answer_request, name="answer_request"),
]
