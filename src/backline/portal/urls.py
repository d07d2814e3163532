"""The address of the customer's page."""

from __future__ import annotations

from django.urls import path

from backline.portal import pages

app_name = "portal"
urlpatterns = [path("<str:token>", pages.case, name="case")]
