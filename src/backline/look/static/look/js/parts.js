// Brings the marked parts of a page up to what the server says now, in place: what is the same stays untouched, so that
// focus, scroll, open details and what somebody types stay too. What changed glows once.
const CONTROLS = new Set(["INPUT", "TEXTAREA", "SELECT"]);
const BLOCK = "tr, li, article, section, summary, dl > div, p, h1, h2";

// What somebody has typed or chosen, or is about to, is theirs.
const touched = (field) => {
  if (field === document.activeElement) return true;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (field.tagName === "SELECT") return [...field.options].some((one) => one.selected !== one.defaultSelected && one.index);
  return field.type !== "hidden" && field.value !== field.defaultValue;
};
const held = (node) => node.nodeType === 1 && [...node.querySelectorAll("input, textarea, select")].some(touched);

// How a node looks, without what scripts and time do to it, and without the keys that every form has of its own.
const looks = (node) => {
  if (node.nodeType !== 1) return node.nodeType === 3 ? node.data.trim() : "";
  const copy = node.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    one.classList.remove("glow", "here");
    if (!one.classList.length) one.removeAttribute("class");
    if (one.tagName === "svg") one.replaceWith();
    if (one.tagName === "DETAILS") one.removeAttribute("open");
    if (one.type === "hidden") one.removeAttribute("value");
    if (one.dataset.relative || "own" in one.dataset) {
      one.textContent = "";
      one.removeAttribute("class");
      one.removeAttribute("hidden");
    }
  }
  return copy.outerHTML.replace(/\s+/g, " ");
};

// Which old node each fresh one continues: the one of the same key, else one that looks the same, else the next alike.
const pairs = (old, fresh) => {
  const left = new Set(old.childNodes);
  const found = new Map();
  const pair = (fits) => {
    for (const node of fresh.childNodes) {
      if (found.has(node)) continue;
      const twin = [...left].find((one) => fits(one, node));
      if (!twin) continue;
      found.set(node, twin);
      left.delete(twin);
    }
  };
  const seen = new Map([...old.childNodes, ...fresh.childNodes].map((node) => [node, looks(node)]));
  pair((one, node) => one.dataset?.id && one.dataset.id === node.dataset?.id);
  pair((one, node) => one.nodeName === node.nodeName && !one.dataset?.id && seen.get(one) === seen.get(node));
  pair((one, node) => one.nodeName === node.nodeName && !one.dataset?.id && !node.dataset?.id);
  return { found, left, seen };
};

const attributes = (old, fresh) => {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open" && name !== "class") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name !== "open" && name !== "class" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const here = old.classList.contains("here");
  if (old.getAttribute("class") !== fresh.getAttribute("class")) old.setAttribute("class", fresh.getAttribute("class") || "");
  old.classList.toggle("here", here);
};

const sync = (old, fresh, changed) => {
  if (CONTROLS.has(old.nodeName) || "own" in old.dataset || (old.nodeName === "FORM" && held(old))) return;
  attributes(old, fresh);
  const { found, left, seen } = pairs(old, fresh);
  for (const node of left) {
    if (held(node)) continue;
    if (seen.get(node)) changed.add(old);
    node.remove();
  }
  let at = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const twin = found.get(node);
    if (!twin) {
      const fresher = document.importNode(node, true);
      old.insertBefore(fresher, at);
      if (seen.get(node)) changed.add(fresher);
      continue;
    }
    if (twin === at) at = at.nextSibling;
    else old.insertBefore(twin, at);
    if (seen.get(twin) === seen.get(node)) continue;
    if (twin.nodeType === 1) sync(twin, node, changed);
    else {
      twin.data = node.data;
      changed.add(old);
    }
  }
};

const glow = (nodes) => {
  for (const node of nodes) {
    const block = (node.nodeType === 1 ? node : node.parentElement)?.closest(BLOCK);
    if (!block || block.matches("[data-part]")) continue;
    block.classList.add("glow");
    block.addEventListener("animationend", () => block.classList.remove("glow"), { once: true });
  }
};

// Whether anything of the marked parts has changed.
export const replace = (main, fresh) => {
  const changed = new Set();
  const active = document.activeElement;
  for (const part of main.querySelectorAll("[data-part]")) {
    const next = fresh.querySelector(`main [data-part="${part.dataset.part}"]`);
    if (next && looks(part) !== looks(next)) sync(part, next, changed);
  }
  if (active?.isConnected && document.activeElement !== active) active.focus({ preventScroll: true });
  glow(changed);
  return changed.size > 0;
};
