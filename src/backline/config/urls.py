"""Every address of the product; each room brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from backline.config import audit, health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("health", health.page, name="health"),
    path("audit", audit.page, name="audit"),
    path("", include("backline.look.urls")),
    path("", include("backline.intake.urls")),
    path("", include("backline.desk.urls")),
    path("demo/", include("backline.demo.urls")),
    path("c/", include("backline.portal.urls")),
]
handler400 = "backline.config.answers.bad_request"
handler403 = "backline.config.answers.forbidden"
handler404 = "backline.config.answers.not_found"
handler500 = "backline.config.answers.failed"
