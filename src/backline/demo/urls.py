"""The addresses of the demo: the switcher, and the Friday night."""

from __future__ import annotations

from django.urls import path

from backline.demo import friday, pages

app_name = "demo"
urlpatterns = [
    path("become", pages.become, name="become"),
    path("friday-night", friday.friday_night, name="friday"),
    path("friday-night/<uuid:case_id>", friday.friday_night, name="friday"),
]
