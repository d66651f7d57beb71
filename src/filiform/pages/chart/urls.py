from django.urls import path

from filiform.pages.chart import views

app_name = "chart"
urlpatterns = [
    path("patients/", views.find, name="find"),
    path("patients/new/", views.new, name="new"),
    path("patients/<uuid:patient_id>/", views.patient, name="patient"),
    path("patients/<uuid:patient_id>/visits/new/", views.new_visit, name="new_visit"),
]
