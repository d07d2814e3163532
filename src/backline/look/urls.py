"""The addresses of sign-in, the way home and the design system."""

from __future__ import annotations

from django.urls import path

from backline.look import account, pages
from backline.look.sign_in import sign_in

app_name = "look"
urlpatterns = [
    path("", pages.home, name="home"),
    path("sign-in", sign_in, name="sign_in"),
    path("sign-out", pages.sign_out, name="sign_out"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("design", pages.design, name="design"),
]
