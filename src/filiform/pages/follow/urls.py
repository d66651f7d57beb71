from django.urls import path

from filiform.pages.follow import outbox, patient, staff

app_name = "follow"
urlpatterns = [
    path("visits/<uuid:visit_id>/follow/", staff.visit, name="visit"),
    path("follow-ups/", staff.queue, name="queue"),
    path("follow-ups/<uuid:follow_up_id>/", staff.check, name="check"),
    path("follow-ups/<uuid:follow_up_id>/answer/", staff.by_telephone, name="by_telephone"),
    path("follow-ups/<uuid:follow_up_id>/call/", staff.called, name="called"),
    path("follow-ups/answers/<uuid:answer_id>/read/", staff.mark_read, name="mark_read"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("p/how-are-you/", patient.answer, name="answer"),
    path("p/how-are-you/thanks/", patient.thanks, name="thanks"),
    path("p/<str:token>/", patient.open_link, name="open_link"),
]
