from django.urls import path

from filiform.pages.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/", views.welcome, name="welcome"),
    path("demo/sign-in/", views.sign_in, name="sign_in"),
]
