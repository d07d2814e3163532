"""The addresses of the customer's page, and of what she can do on it and take from it."""

from __future__ import annotations

from django.urls import path

from backline.portal import files, pages, speaking

app_name = "portal"
urlpatterns = [
    path("<str:token>", pages.case, name="case"),
    path("<str:token>/write", speaking.say, {"what": "write"}, name="write"),
    path("<str:token>/urgent", speaking.say, {"what": "urgent"}, name="urgent"),
    path("<str:token>/call", speaking.say, {"what": "call"}, name="call"),
    path("<str:token>/rate", speaking.say, {"what": "rate"}, name="rate"),
    path("<str:token>/photos/<str:sign>/<str:size>", files.photo, name="photo"),
    path("<str:token>/visits/<str:name>.ics", files.visit, name="visit"),
]
