// Shows small previews of chosen photos before they are sent.
for (const input of document.querySelectorAll("input[type=file][data-preview]")) {
  const list = document.createElement("ul");
  list.className = "photos";
  input.after(list);
  input.addEventListener("change", () => {
    list.replaceChildren();
    for (const file of input.files) {
      if (!file.type.startsWith("image/")) continue;
      const image = document.createElement("img");
      image.alt = file.name;
      image.src = URL.createObjectURL(file);
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      const item = document.createElement("li");
      item.append(image);
      list.append(item);
    }
  });
}
