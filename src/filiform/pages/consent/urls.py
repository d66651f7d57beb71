from django.urls import path

from filiform.pages.consent import views

app_name = "consent"
urlpatterns = [
    path("visits/<uuid:visit_id>/consent/", views.consent, name="visit"),
    path("visits/<uuid:visit_id>/consent/sign/", views.sign, name="sign"),
    path("visits/<uuid:visit_id>/consent/withdraw/", views.withdraw, name="withdraw"),
]
