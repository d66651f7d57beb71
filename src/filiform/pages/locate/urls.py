from django.urls import path

from filiform.pages.locate import views

app_name = "locate"
urlpatterns = [
    path("visits/<uuid:visit_id>/locate/", views.locate, name="visit"),
    path("visits/<uuid:visit_id>/locate/pain/", views.pain, name="pain"),
    path("visits/<uuid:visit_id>/locate/press/", views.press, name="press"),
    path("visits/<uuid:visit_id>/locate/place/", views.place, name="place"),
    path("visits/<uuid:visit_id>/locate/take-back/", views.take_back, name="take_back"),
    path("visits/<uuid:visit_id>/locate/choose/", views.choose, name="choose"),
]
