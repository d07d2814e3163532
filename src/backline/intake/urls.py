"""The addresses of the technician's pages, of answers by link, and of what comes from providers and by mail."""

from __future__ import annotations

from django.urls import path

from backline.intake import answers, callbacks, pages, visits
from backline.intake.mail.door import mail_events, mail_in

app_name = "intake"
urlpatterns = [
    path("answer/<str:token>/<slug:said>", answers.page, name="answer"),
    path("jobs", pages.my_jobs, name="jobs"),
    path("jobs/<uuid:job_id>/raise", pages.raise_case, name="raise"),
    path("jobs/<uuid:job_id>/visit", visits.end_visit, name="visit"),
    path("photos", pages.keep_photo, name="photo"),
    path("mail/in/<str:secret>", mail_in, name="mail"),
    path("mail/events/<str:secret>", mail_events, name="mail_events"),
    path("my-cases", pages.my_cases, name="cases"),
    path("my-cases/<uuid:case_id>/complete", pages.complete, name="complete"),
    path("channels/sms/status/<uuid:notice>", callbacks.sms_status, name="sms_status"),
    path("channels/sms/in", callbacks.sms_in, name="sms_in"),
    path("channels/push/shown/<str:token>", callbacks.push_shown, name="push_shown"),
    path("channels/voice/answer/<str:token>", callbacks.call_answer, name="call_answer"),
    path("channels/voice/status/<uuid:notice>", callbacks.call_status, name="call_status"),
    path("channels/voice/script/<str:token>", callbacks.call_script, name="call_script"),
]
