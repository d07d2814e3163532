// Says that this page is open, and shows who else looks at the same case; a page that nobody sees says nothing.
const line = document.querySelector("[data-here]");
const EVERY = 8000;

if (line) {
  const page = crypto.randomUUID?.() ?? "00000000-0000-4000-8000-000000000000".replace(/0/g, () => Math.floor(Math.random() * 16).toString(16));
  const form = () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("page", page);
    return body;
  };
  const here = async () => {
    if (document.hidden) return;
    const answer = await fetch(line.dataset.here, { method: "POST", body: form(), redirect: "manual" }).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    line.textContent = text;
    line.hidden = !text;
  };
  const gone = () => {
    const body = form();
    body.append("gone", "1");
    navigator.sendBeacon(line.dataset.here, body);
  };
  document.addEventListener("backline:news", (event) => event.detail.includes(`looking:${line.dataset.case}`) && here());
  document.addEventListener("visibilitychange", () => (document.hidden ? gone() : here()));
  addEventListener("pagehide", gone);
  addEventListener("pageshow", (event) => event.persisted && here());
  setInterval(here, EVERY);
  here();
}
