// The slider says its minutes while it moves, and shows that moment when it is let go.
const form = document.querySelector("form[data-slide]");
const slider = form.querySelector("input[type=range]");
const said = form.querySelector("output");
slider.addEventListener("input", () => (said.textContent = slider.value));
slider.addEventListener("change", () => form.requestSubmit());
