"""The addresses of the administration."""

from __future__ import annotations

from django.urls import path

from backline.desk.administration import abilities, channels, links, pages, recomputes, routing, trying
from backline.desk.administration.calendars import chosen
from backline.desk.administration.calendars import pages as calendars
from backline.desk.administration.imports import pages as imports
from backline.desk.administration.policies import pages as policies

urlpatterns = [
    path("", pages.overview, name="administration"),
    path("organisation", pages.organisation, name="organisation"),
    path("mail", pages.mail, name="mail"),
    path("channels", channels.listed, name="channels"),
    path("channels/pause", channels.pause, name="pause"),
    path("channels/resume", channels.resume, name="resume"),
    path("channels/<slug:channel>", channels.channel, name="channel"),
    path("channels/<slug:channel>/test", channels.send_test, name="test_channel"),
    path("contacts/<uuid:entry>/revoke", pages.revoke, name="revoke"),
    path("contacts/<uuid:entry>/try", pages.try_contact, name="try_contact"),
    path("contacts/<uuid:entry>/erase", pages.erase, name="erase"),
    path("rules/file", routing.edit, name="edit_routing"),
    path("rules/file/<uuid:entry>", routing.imported, name="routing_import"),
    path("rules/routing.toml", routing.download, name="routing_file"),
    path("rules/schema.json", routing.schema, name="routing_schema"),
    path("try/who-hears", trying.who_hears, name="who_hears"),
    path("try/sites", trying.gaps, name="gaps"),
    path("try/routing", trying.try_routing, name="try_routing"),
    path("try/case", trying.try_case, name="try_case"),
    path("import/<slug:kind>", imports.start, name="import"),
    path("import/<slug:kind>/example.csv", imports.example, name="import_example"),
    path("import/<slug:kind>/<uuid:entry>", imports.listed, name="import_list"),
    path("import/<slug:kind>/<uuid:entry>/undo", imports.undo, name="undo_import"),
    path("calendars", calendars.register, name="calendars"),
    path("calendars/new", calendars.add, name="add_calendar"),
    path("calendars/chosen", chosen.overview, name="whose_hours"),
    path("calendars/chosen/<slug:sort>/<uuid:subject>", chosen.choose, name="choose_hours"),
    path("calendars/<uuid:calendar>", calendars.shown, name="calendar"),
    path("calendars/<uuid:calendar>/<int:number>", calendars.shown, name="calendar_version"),
    path("calendars/<uuid:calendar>/carry", calendars.carry, name="carry_holidays"),
    path("calendars/<uuid:calendar>/edit", calendars.edit, name="edit_calendar"),
    path("policies", policies.register, name="policies"),
    path("policies/schema.json", policies.schema, name="policy_schema"),
    path("policies/edit", policies.edit, name="edit_policy"),
    path("policies/<int:number>", policies.shown, name="policy"),
    path("policies/<int:number>/policy.toml", policies.download, name="policy_file"),
    path("persons/links", links.send_links, name="send_links"),
    path("persons/<uuid:entry>/link", links.link, name="person_link"),
    path("persons/<uuid:entry>/expertise", abilities.expertise, name="person_expertise"),
    path("persons/<uuid:entry>/expertise/add", abilities.add_ability, name="add_ability"),
    path("persons/<uuid:entry>/expertise/<uuid:skill>", abilities.ability, name="ability"),
    path("recomputes", recomputes.listed, name="recomputes"),
    path("recomputes/<int:change>", recomputes.one, name="recompute"),
    path("<slug:slug>", pages.register, name="register"),
    path("<slug:slug>/new", pages.add, name="add"),
    path("<slug:slug>/<uuid:entry>", pages.change, name="entry"),
    path("<slug:slug>/<uuid:entry>/remove", pages.drop, name="drop"),
]
