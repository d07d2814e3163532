// Shows what Backline pushes, says that it was shown, and opens the link that is pressed.
self.addEventListener("install", () => self.skipWaiting());

// Shown first: whoever is told of a danger waits for no answer of ours. The same message that comes twice is shown once.
const show = async (said) => {
  await self.registration.showNotification(said.title, {
    body: said.text,
    tag: said.id,
    lang: said.language,
    requireInteraction: said.urgent,
    actions: said.answers.map(({ label }, place) => ({ action: String(place), title: label })),
    data: said,
  });
  await fetch(said.shown, { method: "POST", credentials: "omit" }).catch(() => null);
};

self.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()));
});

// A browser that registers anew by itself is added in place of what it was; where nobody is signed in, nothing changes.
const replace = async ({ oldSubscription, newSubscription }) => {
  const { pushManager } = self.registration;
  const page = await (await fetch("/account/addresses")).text();
  const [, place, key] = page.match(/action="([^"]+)" data-push-key="([^"]+)"/) ?? [];
  const [, sign] = page.match(/name="csrfmiddlewaretoken" value="([^"]+)"/) ?? [];
  if (!key || !sign) return;
  const before = oldSubscription ?? (await pushManager.getSubscription());
  const now = newSubscription ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const said = { csrfmiddlewaretoken: sign, subscription: JSON.stringify(now), replaces: before?.endpoint ?? "" };
  await fetch(place, { method: "POST", body: new URLSearchParams(said) });
};

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(replace(event)));

// Where a browser shows no buttons, the message itself leads to the page that asks before it acts.
self.addEventListener("notificationclick", (event) => {
  const { link, answers } = event.notification.data;
  const pressed = answers[event.action] ?? (Notification.maxActions ? null : answers[0]);
  event.notification.close();
  event.waitUntil(self.clients.openWindow(pressed ? pressed.link : link));
});
