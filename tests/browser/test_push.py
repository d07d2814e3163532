"""Push messages in a real browser: the button and what it says where it cannot, and what the service worker shows.

Without its maker's service no browser registers here: what a push service would give is the fake's, and what it was
sent is handed to the service worker as the browser itself would.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from backline.channels import operations, registry
from backline.channels.delivery import Post
from backline.channels.models import Notice
from backline.channels.push.wired import public_key
from backline.core.words import State
from backline.people import operations as people
from backline.people.models import Address
from tests.fakes.pushes import Browser, PushService
from tests.fakes.stage import PHONE, Stage

PAGE, BUTTON, SAYS = "/account/addresses", "Notify me in this browser", "[data-push-says]"
REGISTERS = "PushManager.prototype.subscribe = async (asked) => (window.asked = asked) && JSON.parse(%s);"
CHANGES = """(endpoint) => {
  const event = new ExtendableEvent("pushsubscriptionchange");
  self.dispatchEvent(Object.assign(event, { oldSubscription: { endpoint }, newSubscription: null }));
}"""
PRESS = """async (action) => {
  const opened = new Promise((done) => { self.clients.openWindow = done; });
  const [shown] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification: shown, action }));
  return opened;
}"""


@dataclass
class Device:
    """A phone on which Sana is signed in: its page, and the browser as its push service knows it."""

    stage: Stage
    page: Page
    browser: Browser
    registered: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = self.page.context.new_cdp_session(self.page)
        told = "ServiceWorker.workerRegistrationUpdated"
        self.session.on(told, lambda said: self.registered.extend(said["registrations"]))
        self.session.send("ServiceWorker.enable")

    def run(self) -> None:
        """The worker sends; the browser wakes its service worker with what the service had for it."""
        before, now = len(self.browser.seen), self.stage.house.clock.now()
        post = Post(registry.senders, patience=20)
        while post.run(at=now):
            pass
        post.end(at=now)
        for said in self.browser.seen[before:]:
            pushed = {"origin": self.stage.address, "registrationId": self.registered[0]["registrationId"]}
            with self.page.context.expect_event("response", lambda one: "/push/shown/" in one.url):
                self.session.send("ServiceWorker.deliverPushMessage", {**pushed, "data": json.dumps(said)})

    def shown(self) -> list[list[Any]]:
        """What stands on the screen."""
        asked = "self.registration.getNotifications().then((all) => all.map(({title, body}) => [title, body]))"
        found: list[list[Any]] = self.page.context.service_workers[0].evaluate(asked)
        return found


def test_a_browser_is_added_by_its_button_shows_a_rung_and_leads_to_the_page_that_asks(
    stage: Stage, settings: Any
) -> None:
    settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
    house = stage.house
    operations.keep_push(is_on=True, by=house.actor("ada"), at=house.clock.now())
    with PushService(house.clock.now) as service:
        browser = service.registered(public_key())
        page = stage.signed_in("sana", PHONE, permissions=["notifications"])
        device = Device(stage, page, browser)
        page.context.add_init_script(REGISTERS % json.dumps(browser.gives))
        page.goto(PAGE)
        page.get_by_role("button", name=BUTTON).click()
        expect(page.get_by_role("status").first).to_contain_text("A test is on its way")
        row = page.get_by_role("listitem").filter(has_text="Chrome on Linux")
        expect(row).to_contain_text("Not proved")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        device.run()
        assert [body for _title, body in device.shown()] == [browser.seen[0]["text"]]
        page.reload()
        expect(row.locator(".badge-green")).to_have_text("Proved")
        people.put_first(str(Address.objects.get(kind="PUSH").id), by=house.actor("sana"))
        page.context.service_workers[0].evaluate("self.registration.getNotifications().then((all) => all[0].close())")
        case = house.raised()
        house.offer(case)
        house.tick()
        device.run()
        notice = Notice.objects.get(case_id=case, channel="PUSH")
        assert device.shown() == [[notice.subject, "Lift 7 Library, Library hall, 1 High Street"]]
        assert notice.state == "DELIVERED"
        opened = page.context.service_workers[0].evaluate(PRESS, "0")
        page.goto(urlsplit(opened).path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Do you take it?")
        assert house.view(case).case.state == State.OFFERED
        page.get_by_role("button", name="I take it").click()
        expect(page.get_by_text("is yours now")).to_be_visible()
        assert house.view(case).case.state == State.ACCEPTED


def test_a_browser_that_registers_anew_by_itself_is_added_in_place_of_what_it_was(stage: Stage, settings: Any) -> None:
    settings.BACKLINE_GATEWAYS = frozenset({"127.0.0.1"})
    house = stage.house
    operations.keep_push(is_on=True, by=house.actor("ada"), at=house.clock.now())
    with PushService(house.clock.now) as service:
        before, now = service.registered(public_key()), service.registered(public_key())
        page = stage.signed_in("sana", PHONE, permissions=["notifications"])
        page.context.add_init_script(REGISTERS % json.dumps(before.gives))
        page.goto(PAGE)
        page.get_by_role("button", name=BUTTON).click()
        expect(page.get_by_role("status").first).to_contain_text("A test is on its way")
        worker = page.context.service_workers[0]
        worker.evaluate(f"() => {{ {(REGISTERS % json.dumps(now.gives)).replace('window', 'self')} }}")
        with page.context.expect_event("response", lambda one: one.url.endswith("/browser")):
            worker.evaluate(CHANGES, before.endpoint)
        assert worker.evaluate("self.asked.applicationServerKey") == public_key()
        device = Device(stage, page, now)
        page.reload()
        expect(page.get_by_role("listitem").filter(has_text="Chrome on Linux")).to_have_count(1)
        device.run()
        assert [len(one.seen) for one in (before, now)] == [0, 1]


def test_where_a_browser_cannot_be_added_the_page_says_why_in_words(stage: Stage) -> None:
    operations.keep_push(is_on=True, by=stage.house.actor("ada"), at=stage.house.clock.now())
    plain = stage.signed_in("sana", java_script_enabled=False)
    plain.goto(PAGE)
    expect(plain.locator(SAYS)).to_contain_text("needs scripts, which do not run here")
    page = stage.signed_in("sana")
    page.goto(PAGE)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator(SAYS)).to_contain_text("was told not to show messages of Backline")
    page.context.grant_permissions(["notifications"])
    page.context.add_init_script("PushManager.prototype.subscribe = async () => { throw new Error('no service'); };")
    page.reload()
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator(SAYS)).to_contain_text("so nothing was changed. Try again in a while. It said: no service")
    page.context.add_init_script("delete window.PushManager")
    page.reload()
    expect(page.locator(SAYS)).to_contain_text("This browser cannot be notified by a page")
    expect(page.get_by_role("button", name=BUTTON)).to_be_hidden()
    assert not Address.objects.filter(kind="PUSH").exists()
