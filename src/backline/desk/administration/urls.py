"""The addresses of the administration."""

from __future__ import annotations

from django.urls import path

from backline.desk.administration import pages

urlpatterns = [
    path("", pages.overview, name="administration"),
    path("organisation", pages.organisation, name="organisation"),
    path("mail", pages.mail, name="mail"),
    path("contacts/<uuid:entry>/revoke", pages.revoke, name="revoke"),
    path("contacts/<uuid:entry>/erase", pages.erase, name="erase"),
    path("rules/<uuid:entry>/remove", pages.drop_rule, name="drop_rule"),
    path("<slug:slug>", pages.register, name="register"),
    path("<slug:slug>/new", pages.add, name="add"),
    path("<slug:slug>/<uuid:entry>", pages.change, name="entry"),
]
