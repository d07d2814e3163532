// What changes anywhere shows here: one stream a group of tabs says which cases have news; the page asks for itself anew.
// A page shows a state, so nothing that was missed is lost: whoever begins to hear, or hears again, looks once.
import { replace } from "./parts.js";

const main = document.querySelector("main[data-live]");
const link = main?.dataset.liveLink;
const place = link ? `/live?link=${encodeURIComponent(link)}` : "/live";
const watched = main?.dataset.live;
const EVERY = 350; // a page asks for itself at most about three times a second
const SILENT = 40000; // the server says every 15 s that it lives; a stream silent for longer is dead

const concerns = (topic) => topic === "*" || topic === watched || (watched === "cases" && topic.startsWith("case:"));

// The page asks for itself, one time after the other, and not while nobody sees it. What could not be asked for stays
// stale: it is asked for again, ever more rarely while it fails, and at once when something says that the line is back.
const GONE = [401, 403, 404, 410];
let stale = false;
let asking = false;
let failed = 0;
let wake = () => {};
const after = (span) => new Promise((done) => setTimeout(done, span));
const look = async () => {
  const answer = await fetch(main.dataset.liveAt || location.href, { headers: { "X-Live": "1" } });
  const lost = document.querySelector("[data-live-lost]");
  if (GONE.includes(answer.status)) lost.hidden = false;
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  lost.hidden = true;
  const notice = main.querySelector("[data-live-stale]");
  const seen = fresh.querySelector("main[data-seen]")?.dataset.seen;
  if (notice) notice.hidden = !seen || seen === main.dataset.seen;
  else if (replace(main, fresh)) say();
  return true;
};
const refresh = async () => {
  stale = true;
  if (asking || document.hidden) return;
  asking = true;
  while (stale && !document.hidden) {
    stale = false;
    const [done] = await Promise.all([look().catch(() => false), after(EVERY)]);
    failed = done ? 0 : failed + 1;
    if (done) continue;
    stale = true;
    const woken = new Promise((now) => (wake = now));
    await Promise.race([woken, after(Math.min(500 * 2 ** failed, 30000) * (0.5 + Math.random()))]);
  }
  asking = false;
};

// One polite sentence for those who hear the page, and not again and again.
let said = 0;
const say = () => {
  const voice = document.querySelector("[data-live-voice]");
  if (!voice || Date.now() - said < 10000) return;
  said = Date.now();
  voice.textContent = "";
  setTimeout(() => (voice.textContent = voice.dataset.liveVoice), 50);
};

const channel = main && "BroadcastChannel" in window ? new BroadcastChannel(place) : null;
const hear = (topics) => {
  document.dispatchEvent(new CustomEvent("backline:news", { detail: topics }));
  if (topics.some(concerns)) refresh();
  if (topics.includes("*")) wake();
};
const tell = (topics) => {
  channel?.postMessage(topics);
  hear(topics);
};

// The stream of the tab that leads. The browser comes back by itself after a cut; after a refusal or a silence we do.
let source = null;
let heard = 0;
let wait = 1000;
let again = 0;
const alive = () => (heard = Date.now());
const open = () => {
  clearTimeout(again);
  source?.close();
  source = new EventSource(place);
  alive();
  source.addEventListener("open", () => {
    alive();
    wait = 1000;
    tell(["*"]);
  });
  source.addEventListener("message", (event) => {
    alive();
    tell(event.data.split(" "));
  });
  source.addEventListener("beat", alive);
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    tell(["*"]); // whoever is refused a stream may be signed out: the page finds out
    clearTimeout(again);
    again = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, 30000);
  });
};
const check = () => {
  if (source && source.readyState !== EventSource.CLOSED && Date.now() - heard > SILENT) open();
};
const close = () => {
  clearTimeout(again);
  source?.close();
  source = null;
};

// One tab leads for all of its kind; when it goes, the next one does. Without locks each tab has a stream of its own.
let leaving = null;
const join = () => {
  leaving = new AbortController();
  const { signal } = leaving;
  const lead = () => {
    if (signal.aborted) return undefined;
    open();
    return new Promise((resign) => signal.addEventListener("abort", resign));
  };
  if (navigator.locks && channel) navigator.locks.request(place, { signal }, lead).catch(() => {});
  else lead();
  setTimeout(() => source || hear(["*"]), 500);
};

if (main) {
  if (channel) channel.addEventListener("message", (event) => hear(event.data));
  addEventListener("pagehide", () => {
    leaving?.abort();
    close();
  });
  addEventListener("pageshow", (event) => event.persisted && join());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    check();
    hear(["*"]);
  });
  addEventListener("online", () => hear(["*"]));
  setInterval(check, 5000);
  join();
}
