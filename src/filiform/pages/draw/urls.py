from django.urls import path

from filiform.pages.draw import patient, staff

app_name = "draw"
urlpatterns = [
    path("patients/<uuid:patient_id>/drawings/", staff.compare, name="compare"),
    path("visits/<uuid:visit_id>/drawing-link/", staff.link, name="link"),
    path("p/drawing/", patient.home, name="home"),
    path("p/drawing/mark/", patient.mark, name="mark"),
    path("p/drawing/undo/", patient.undo, name="undo"),
    path("p/drawing/nothing/", patient.nothing, name="nothing"),
    path("p/drawing/more/", patient.more, name="more"),
    path("p/drawing/done/", patient.done, name="done"),
]
