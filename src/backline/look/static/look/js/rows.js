// Rows that grow: one empty row at first, and a button adds another. Without script, three empty rows are there.
const empty = (row) => [...row.querySelectorAll("input")].every((input) => !input.value);
for (const list of document.querySelectorAll("[data-rows]")) {
  const template = list.parentElement.querySelector("template");
  const button = list.parentElement.querySelector("[data-add-row]");
  if (!template || !button) continue;
  button.hidden = false;
  while (list.children.length > 1 && empty(list.lastElementChild) && empty(list.children[list.children.length - 2])) {
    list.lastElementChild.remove();
  }
  button.addEventListener("click", () => {
    const number = list.children.length;
    const row = template.content.cloneNode(true);
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, value.replace("__n__", String(number)));
      }
    }
    list.append(row);
    list.lastElementChild.querySelector("input, select, textarea").focus();
  });
}
