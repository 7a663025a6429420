// Builds elements without markup in strings, so that nothing a message says can become markup.

/** An element with properties (class, on…, dataset and attributes) and children (nodes, texts; empty ones are left out). */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, css] of Object.entries(value)) element.style.setProperty(name, css);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
  return element;
}

/** A button that calls `press`. */
export function button(label, press, properties = {}) {
  return el("button", { type: "button", onclick: press, ...properties }, label);
}

/** Hour and minute in Taiwan. */
export function clock(unixMs) {
  return new Date(unixMs).toLocaleTimeString("zh-TW", {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: "Asia/Taipei",
  });
}

let toastTimer;

/** Says something for a moment at the bottom of the page. */
export function toast(words) {
  const place = document.getElementById("toast");
  place.textContent = words;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (place.hidden = true), 5000);
}
