// Keeps "in 1 h 20 min" true while a page stays open, in the server's own words; the exact moment stands in the title.
const page = document.documentElement;
const ahead = Date.parse(page.dataset.at || "") - Date.now() || 0;
const span = (minutes) => {
  if (minutes < 60) return `${minutes} min`;
  if (minutes >= 2880) return `${Math.round(minutes / 1440)} days`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return hours < 10 && rest ? `${hours} h ${rest} min` : `${hours} h`;
};
const tell = () => {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const minutes = Math.round((Date.parse(time.dateTime) - Date.now() - ahead) / 60000);
    const due = time.dataset.relative === "due";
    if (minutes === 0) time.textContent = "now";
    else if (minutes > 0) time.textContent = `in ${span(minutes)}`;
    else time.textContent = due ? `overdue by ${span(-minutes)}` : `${span(-minutes)} ago`;
    if (due) time.className = minutes < 0 ? "due-overdue" : minutes <= 15 ? "due-soon" : "due-ahead";
  }
};
setInterval(tell, 20000);
