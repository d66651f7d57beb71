from django.urls import path

from filiform.pages.atlas import views

app_name = "atlas"
urlpatterns = [
    path("atlas/", views.home, name="home"),
    path("atlas/places/<slug:region>/", views.place, name="place"),
    path("atlas/muscles/<slug:muscle>/", views.muscle, name="muscle"),
]
