// Keeps "in 20 min" true while a page stays open; the exact moment stands in the title.
const unit = (seconds) => {
  const minutes = Math.max(Math.round(Math.abs(seconds) / 60), 0);
  if (minutes < 60) return [minutes, "minute"];
  if (minutes < 2880) return [Math.round(minutes / 60), "hour"];
  return [Math.round(minutes / 1440), "day"];
};
const tell = () => {
  const now = Date.now() + Number(document.documentElement.dataset.ahead || 0);
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "auto", style: "short" });
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.parse(time.dateTime) - now) / 1000;
    const [count, name] = unit(seconds);
    time.textContent = format.format(seconds < 0 ? -count : count, name);
  }
};
const served = Date.parse(document.documentElement.dataset.at || "");
if (served) document.documentElement.dataset.ahead = String(served - Date.now());
setInterval(tell, 20000);
