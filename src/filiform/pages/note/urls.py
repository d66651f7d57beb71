from django.urls import path

from filiform.pages.note import views

app_name = "note"
urlpatterns = [
    path("visits/<uuid:visit_id>/note/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/note/sign/", views.sign, name="sign"),
    path("visits/<uuid:visit_id>/note/amend/", views.amend, name="amend"),
    path("visits/<uuid:visit_id>/note/print/", views.print_page, name="print"),
]
