from django.urls import path

from filiform.pages.needle import ledger, views

app_name = "needle"
urlpatterns = [
    path("visits/<uuid:visit_id>/needle/", views.session, name="visit"),
    path("visits/<uuid:visit_id>/needle/board/", views.form_board, name="board"),
    path("visits/<uuid:visit_id>/needle/picture/", views.picture, name="picture"),
    path("visits/<uuid:visit_id>/needle/rest/", views.rest, name="rest"),
    path("visits/<uuid:visit_id>/needle/open/", views.open_session, name="open"),
    path("visits/<uuid:visit_id>/needle/event/", views.event, name="event"),
    path("visits/<uuid:visit_id>/needle/events/", ledger.events, name="events"),
    path("visits/<uuid:visit_id>/needle/count/", views.count, name="count"),
    path("visits/<uuid:visit_id>/needle/problem/", views.problem, name="problem"),
    path("visits/<uuid:visit_id>/needle/close/", views.close, name="close"),
]
