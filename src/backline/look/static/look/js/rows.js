// Rows that grow: a button adds another empty row from the template beside the list. Without it, three rows are there.
for (const list of document.querySelectorAll("[data-rows]")) {
  const template = list.parentElement.querySelector("template");
  const button = list.parentElement.querySelector("[data-add-row]");
  if (!template || !button) continue;
  button.hidden = false;
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
