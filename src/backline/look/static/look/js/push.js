// Adds this browser to those that show what is due: asks for leave, has it register, and sends what it gave as a form.
const form = document.querySelector("form[data-push-key]");
const line = document.querySelector("[data-push-says]");

const say = (what, detail = "") => {
  line.textContent = what ? `${line.dataset[what]} ${detail}`.trim() : "";
};

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const same = (given, key) => given && new Uint8Array(given).every((byte, place) => byte === key[place]);

// It looks after no pages, so that the browser itself does not say when it has begun to work.
const working = async (script) => {
  const registered = await navigator.serviceWorker.register(script, { updateViaCache: "none" });
  const coming = registered.installing ?? registered.waiting;
  if (registered.active || !coming) return registered;
  return new Promise((done) => {
    coming.addEventListener("statechange", () => coming.state === "activated" && done(registered));
  });
};

const subscribed = async () => {
  const key = bytes(form.dataset.pushKey);
  const { pushManager } = await working(form.dataset.worker);
  const before = await pushManager.getSubscription();
  if (before && !same(before.options.applicationServerKey, key)) await before.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
};

const add = async (event) => {
  event.preventDefault();
  if (Notification.permission === "default") say("asking");
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  say("adding");
  try {
    form.elements.subscription.value = JSON.stringify(await subscribed());
  } catch (error) {
    return say("failed", error.message);
  }
  return form.submit();
};

if (form) {
  if (!isSecureContext) say("insecure");
  else if (!("PushManager" in window && "serviceWorker" in navigator && "Notification" in window)) say("cannot");
  else if (Notification.permission === "denied") say("denied");
  else {
    say("");
    form.hidden = false;
    form.addEventListener("submit", add);
  }
}
