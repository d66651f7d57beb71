from django.urls import path

from filiform.pages.practice import views

app_name = "practice"
urlpatterns = [path("practice/", views.home, name="home"), path("practice/audit/", views.audit_trail, name="audit")]
