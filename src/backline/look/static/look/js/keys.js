// The keys of the desk; `?` shows them. They rest while somebody types and leave the browser's own alone.
const WAYS = "a, summary";
const rows = () => [...document.querySelectorAll("main :is(tbody tr, article[data-id], details[data-id])")].filter((row) => row.querySelector(WAYS));
const here = () => rows().find((row) => row.classList.contains("here"));

const go = (step) => {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(here());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  for (const row of all) row.classList.toggle("here", row === next);
  next.querySelector(WAYS).focus();
};

// Whoever came by a key goes on typing: the page that it opened begins in its first field.
const BY_KEY = "backline-by-key";
const typeOn = () => {
  if (!sessionStorage.getItem(BY_KEY)) return;
  sessionStorage.removeItem(BY_KEY);
  document.querySelector("main form :is(textarea, select, input:not([type=hidden]))")?.focus();
};

const VERBS = { a: "accept", o: "offer", n: "note" };
const act = (key) => {
  const button = document.querySelector(`[data-key="${key}"]`);
  const line = here()?.querySelector("a");
  const leads = line && /^\/cases\/[0-9a-f-]{36}$/.test(line.pathname) && !line.search;
  if (!button && !leads) return;
  sessionStorage.setItem(BY_KEY, key);
  if (button) button.click();
  else location.assign(`${line.href}/${VERBS[key]}`);
};

const dialog = document.querySelector("dialog[data-keys]");
const show = () => dialog?.showModal();
const opener = document.querySelector("[data-keys-open]");
if (opener && dialog) {
  opener.hidden = false;
  opener.addEventListener("click", show);
}

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  a: () => act("a"),
  o: () => act("o"),
  n: () => act("n"),
  "/": () => document.querySelector("[data-search], .filters select, .filters input")?.focus(),
  "?": show,
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog[open]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
typeOn();
