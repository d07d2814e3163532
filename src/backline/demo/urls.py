"""The address of the demo's switcher."""

from __future__ import annotations

from django.urls import path

from backline.demo import pages

app_name = "demo"
urlpatterns = [path("become", pages.become, name="become")]
