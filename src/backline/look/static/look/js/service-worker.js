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

// Where a browser shows no buttons, the message itself leads to the page that asks before it acts.
self.addEventListener("notificationclick", (event) => {
  const { link, answers } = event.notification.data;
  const pressed = answers[event.action] ?? (Notification.maxActions ? null : answers[0]);
  event.notification.close();
  event.waitUntil(self.clients.openWindow(pressed ? pressed.link : link));
});
