// Photos are sent as soon as they are chosen, each with a preview and its progress, so that a bad form loses none.
// What the network did not take stays in the field and goes with the form; without script all of them do.
const shown = (input, file) => {
  const item = document.createElement("li");
  const image = document.createElement("img");
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.remove());
  const progress = document.createElement("progress");
  progress.setAttribute("aria-label", file.name);
  const state = document.createElement("span");
  state.className = "state";
  state.setAttribute("role", "status");
  item.append(image, progress, state);
  input.nextElementSibling.append(item);
  return { progress, state };
};

const send = (input, file) => {
  const { progress, state } = shown(input, file);
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "key"]) body.append(name, input.form.elements[name].value);
  body.append("photos", file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const end = (said, settled) => {
      progress.remove();
      state.textContent = said;
      done({ file, settled });
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      const plain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
      if (request.status === 200 && plain) end(input.dataset.kept, true);
      else if (plain) end(request.responseText, true);
      else end(input.dataset.later, false);
    });
    for (const event of ["error", "abort", "timeout"]) {
      request.addEventListener(event, () => end(input.dataset.later, false));
    }
    request.open("POST", input.dataset.keep);
    request.send(body);
  });
};

for (const input of document.querySelectorAll("input[type=file][data-keep]")) {
  const list = document.createElement("ul");
  list.className = "photos";
  input.after(list);
  let pending = Promise.resolve();
  let busy = 0;
  input.addEventListener("change", () => {
    busy += 1;
    const chosen = [...input.files];
    pending = Promise.all([pending, ...chosen.map((file) => send(input, file))]).then(([, ...ends]) => {
      const rest = new DataTransfer();
      for (const { file, settled } of ends) if (!settled) rest.items.add(file);
      input.files = rest.files;
      busy -= 1;
    });
  });
  input.form.addEventListener("submit", (event) => {
    if (!busy) return;
    event.preventDefault();
    pending.then(() => input.form.requestSubmit(event.submitter));
  });
}

// While a form is on its way the button that was pressed says so, and none can be pressed; coming back by "back" frees
// them.
for (const form of document.querySelectorAll("form[data-sending]")) {
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  const usual = buttons.map((button) => button.textContent);
  const say = (pressed) =>
    buttons.forEach((button, place) => {
      button.textContent = button === pressed ? form.dataset.sending : usual[place];
      button.setAttribute("aria-busy", String(Boolean(pressed)));
    });
  form.addEventListener("submit", (event) => say(event.submitter ?? buttons[0]));
  addEventListener("pageshow", () => say(null));
}
