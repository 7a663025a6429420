// Renders Flex messages: boxes, texts, buttons, separators and picture places, with LINE's sizes.
import { el } from "/dom.js";

const TEXT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const RADIUS = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER = { none: 0, light: 0.5, normal: 1, "semi-bold": 2, medium: 1.5, bold: 3 };
const IMAGE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 };
const JUSTIFY = { start: "left", center: "center", end: "right" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };

const measure = (value, words) => (value === undefined ? undefined : value in words ? `${words[value]}px` : value);

/** Only texts with "scaling" grow with the font of the phone, as on a real one. */
function fontSize(component) {
  const size = measure(component.size ?? "md", TEXT);
  return component.scaling ? `calc(${size} * var(--scale))` : size;
}

function set(element, name, value) {
  if (value !== undefined) element.style.setProperty(name, value);
}

function place(element, component, parent, isFirst) {
  const vertical = parent.layout === "vertical";
  const margin = component.margin ?? (isFirst ? undefined : parent.spacing);
  if (!(isFirst && component.margin === undefined))
    set(element, vertical ? "margin-top" : "margin-inline-start", measure(margin, SPACE));
  const plain = component.type === "separator" || component.type === "icon";
  const flex = component.flex ?? (vertical || plain || component.width ? 0 : 1);
  set(element, "flex", flex === 0 ? "0 0 auto" : `${flex} 1 0`);
  if (!vertical) element.style.minWidth = "0";
  if (component.gravity) set(element, "align-self", vertical ? undefined : GRAVITY[component.gravity]);
  if (component.position === "absolute") element.style.position = "absolute";
  for (const [key, side] of Object.entries({
    offsetTop: "top",
    offsetBottom: "bottom",
    offsetStart: "inset-inline-start",
    offsetEnd: "inset-inline-end",
  }))
    set(element, side, measure(component[key], SPACE));
  return element;
}

function box(component, press) {
  const element = el("div", { class: `flex-box ${component.layout}` });
  (component.contents ?? []).forEach((child, index) =>
    element.append(place(render(child, press, component), child, component, index === 0)),
  );
  set(element, "padding", measure(component.paddingAll, SPACE));
  for (const side of ["Top", "Bottom", "Start", "End"])
    set(
      element,
      side === "Start" || side === "End" ? `padding-inline-${side.toLowerCase()}` : `padding-${side.toLowerCase()}`,
      measure(component[`padding${side}`], SPACE),
    );
  set(element, "background-color", component.backgroundColor);
  if (component.borderWidth || component.borderColor) {
    set(element, "border", `${measure(component.borderWidth ?? "normal", BORDER)} solid`);
    set(element, "border-color", component.borderColor ?? "#000000");
  }
  set(element, "border-radius", measure(component.cornerRadius, RADIUS));
  for (const [key, name] of Object.entries({
    width: "width",
    maxWidth: "max-width",
    height: "height",
    maxHeight: "max-height",
    justifyContent: "justify-content",
    alignItems: "align-items",
  }))
    set(element, name, component[key]);
  const shade = component.background;
  if (shade?.type === "linearGradient")
    set(element, "background-image", `linear-gradient(${shade.angle}, ${shade.startColor}, ${shade.endColor})`);
  return pressable(element, component.action, press);
}

/** Makes anything with an action a thing that mouse and keyboard can press. */
function pressable(element, action, press) {
  if (!action) return element;
  element.classList.add("pressable");
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  if (action.label) element.setAttribute("aria-label", action.label);
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    press(action);
  });
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    press(action);
  });
  return element;
}

function letters(element, component) {
  set(element, "font-weight", component.weight === "bold" ? "700" : component.weight && "400");
  set(element, "color", component.color);
  set(element, "font-style", component.style);
  set(element, "text-decoration", component.decoration);
  return element;
}

function text(component, press) {
  const spans = (component.contents ?? []).map((span) => {
    const inner = letters(el("span", {}, span.text ?? ""), span);
    if (span.size) set(inner, "font-size", fontSize({ ...span, scaling: component.scaling }));
    return inner;
  });
  const element = letters(el("p", { class: "flex-text" }, spans.length ? spans : (component.text ?? "")), component);
  set(element, "font-size", fontSize(component));
  set(element, "text-align", JUSTIFY[component.align]);
  if (component.lineSpacing) set(element, "line-height", `calc(1.2em + ${component.lineSpacing})`);
  if (component.wrap) element.classList.add("wraps");
  if (component.maxLines) {
    element.classList.add("clamped");
    set(element, "-webkit-line-clamp", String(component.maxLines));
  }
  return pressable(element, component.action, press);
}

function flexButton(component, press) {
  const element = el(
    "button",
    { type: "button", class: `flex-button ${component.style ?? "link"} ${component.height ?? "md"}` },
    component.action.label ?? "",
  );
  set(element, component.style && component.style !== "link" ? "background-color" : "color", component.color);
  if (component.scaling) element.classList.add("scales");
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    press(component.action);
  });
  return element;
}

function image(component, press) {
  const [width, height] = (component.aspectRatio ?? "1:1").split(":");
  const element = el("div", { class: "picture", role: "img", "aria-label": "圖片" }, "圖片");
  set(element, "width", component.size === "full" ? "100%" : measure(component.size ?? "md", IMAGE));
  set(element, "aspect-ratio", `${width} / ${height}`);
  set(element, "background-color", component.backgroundColor);
  set(element, "margin-inline", component.align === "start" ? "0 auto" : component.align === "end" ? "auto 0" : "auto");
  return pressable(element, component.action, press);
}

function render(component, press) {
  switch (component.type) {
    case "box": return box(component, press);
    case "text": return text(component, press);
    case "button": return flexButton(component, press);
    case "image": return image(component, press);
    case "video": return render(component.altContent, press);
    case "icon": return el("span", { class: "flex-icon", "aria-hidden": "true", style: { "font-size": fontSize(component) } }, "●");
    case "separator": return el("div", { class: "flex-separator", style: component.color ? { "background-color": component.color } : {} });
    default: return el("div", { class: "filler" });
  }
}

function bubble(contents, press) {
  const element = el("div", { class: `flex-bubble ${contents.size ?? "mega"}`, dir: contents.direction });
  for (const block of ["header", "hero", "body", "footer"]) {
    if (!contents[block]) continue;
    const style = contents.styles?.[block] ?? {};
    const inner = render(contents[block], press);
    inner.classList.add("flex-block", block);
    if (style.backgroundColor) inner.style.backgroundColor = style.backgroundColor;
    if (style.separator) element.append(el("div", { class: "flex-separator", style: { "background-color": style.separatorColor ?? "#d4d6da" } }));
    element.append(inner);
  }
  return pressable(element, contents.action, press);
}

/** The element of a Flex message; `press` gets the action of whatever is pressed. */
export function renderFlex(message, press) {
  const { contents } = message;
  if (contents.type !== "carousel") return bubble(contents, press);
  return el(
    "div",
    { class: "carousel", tabindex: "0", role: "group", "aria-label": message.altText },
    contents.contents.map((each) => bubble(each, press)),
  );
}
