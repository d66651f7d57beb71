from django.urls import path

from filiform.pages.stock import views

app_name = "stock"
urlpatterns = [
    path("stock/", views.home, name="home"),
    path("stock/receive/", views.receive, name="receive"),
    path("stock/find/", views.find, name="find"),
    path("stock/print/", views.recall_list, name="print"),
    path("stock/lots/<uuid:lot_id>/", views.lot, name="lot"),
    path("stock/lots/<uuid:lot_id>/put-away/", views.put_away, name="put_away"),
    path("stock/lots/<uuid:lot_id>/recall/", views.recall, name="recall"),
    path("patients/<uuid:patient_id>/needles/", views.of_patient, name="of_patient"),
]
