"""The addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from backline.desk import (
    climbs,
    clocks,
    deputies,
    evidence,
    expertise,
    first_start,
    hand_over,
    impact,
    incoming,
    load,
    oncall_feeds,
    oncall_rosters,
    outgoing,
    pages,
    readiness,
    suggestions,
    views,
    welcome,
)
from backline.desk.oncall import buttons, fairness, plan, schedule, swap
from backline.desk.oncall import pages as oncall
from backline.desk.reached import chain
from backline.desk.reached import pages as reached
from backline.desk.reached.told import told

app_name = "desk"
urlpatterns: list[URLPattern | URLResolver] = [
    path("set-up/<str:token>", first_start.first_start, name="first_start"),
    path("welcome/<str:token>", welcome.welcome, name="welcome"),
    path("queue", pages.queue, name="queue"),
    path("queue/views", views.views, name="views"),
    path("queue/views/<uuid:view_id>", views.view, name="view"),
    path("queue/suggestions", suggestions.all_of_them, name="suggestions"),
    path("queue/suggestions/<uuid:finding>", suggestions.one, name="suggestion"),
    path("mine", pages.mine, name="mine"),
    path("manager", pages.manager, name="manager"),
    path("deputies", deputies.deputies, name="deputies"),
    path("manager/impact", impact.impact, name="impact"),
    path("on-call/feeds", oncall_feeds.feeds, name="on_call_feeds"),
    path("on-call/feed/<str:secret>.ics", oncall_feeds.feed, name="on_call_feed"),
    path("on-call/rosters/<uuid:team>", oncall_rosters.roster, name="on_call_roster"),
    path("load", load.load, name="load"),
    path("expertise", expertise.mine, name="expertise"),
    path("account/told", told, name="told"),
    path("account/addresses", reached.addresses, name="addresses"),
    path("account/addresses/quiet", reached.quiet, name="quiet"),
    path("account/addresses/browser", reached.browser, name="add_browser"),
    path("account/addresses/test", chain.start, name="test_chain"),
    path("account/addresses/<uuid:address>/<slug:what>", reached.address, name="address"),
    path("got-it/<str:token>", chain.got_it, name="got_it"),
    path("readiness", readiness.readiness, name="readiness"),
    path("hand-over", hand_over.hand_over, name="hand_over"),
    path("outgoing", outgoing.page, name="outgoing"),
    path("incoming", incoming.page, name="incoming"),
    path("cases/<uuid:case_id>", pages.case, name="case"),
    path("cases/<uuid:case_id>/here", pages.here, name="here"),
    path("cases/<uuid:case_id>/climbs", climbs.climbs, name="climbs"),
    path("cases/<uuid:case_id>/clocks", clocks.clocks, name="clocks"),
    path("cases/<uuid:case_id>/<slug:slug>", pages.act, name="act"),
    path("on-call", oncall.overview, name="on_call"),
    path("on-call/away", plan.away, name="away"),
    path("on-call/swaps/<uuid:swap>/<slug:said>", buttons.answer, name="answer_swap"),
    path("on-call/absences/<int:number>/end", buttons.end_absence, name="end_absence"),
    path("on-call/<uuid:team>", oncall.calendar, name="on_call_team"),
    path("on-call/<uuid:team>/take-over", buttons.take_over, name="take_over"),
    path("on-call/<uuid:team>/swap", swap.swap, name="ask_swap"),
    path("on-call/<uuid:team>/plan/<slug:what>", plan.plan, name="on_call_plan"),
    path("on-call/<uuid:team>/agreements/<int:number>/end", buttons.end_agreement, name="end_agreement"),
    path("on-call/<uuid:team>/fairness", fairness.fairness, name="fairness"),
    path("on-call/<uuid:team>/schedule", schedule.schedule, name="on_call_schedule"),
    path("administration/", include("backline.desk.administration.urls")),
    path("files/<uuid:file_id>", evidence.file, name="file"),
    path("photos/<uuid:photo_id>/<slug:size>", evidence.photo, name="photo"),
]
