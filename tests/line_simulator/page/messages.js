// Renders every kind of message but Flex.
import { button, el } from "/dom.js";
import { renderFlex } from "/flex.js";

function picture(words) {
  return el("div", { class: "picture wide", role: "img", "aria-label": words }, words);
}

function card(object, press) {
  return el(
    "div",
    { class: "card" },
    object.thumbnailImageUrl ? picture("圖片") : null,
    object.title ? el("p", { class: "card-title" }, object.title) : null,
    el("p", { class: "card-text" }, object.text),
    el("div", { class: object.type === "confirm" ? "card-pair" : "card-list" },
      (object.actions ?? []).map((action) => button(action.label, () => press(action)))),
  );
}

function template(message, press) {
  const object = message.template;
  if (!object.columns) return card(object, press);
  const columns = object.columns.map((column) =>
    column.action
      ? el("div", { class: "card" }, picture("圖片"), button(column.action.label ?? "開啟", () => press(column.action)))
      : card(column, press),
  );
  return el("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": message.altText }, columns);
}

function sticker(message) {
  const name = `${message.packageId}／${message.stickerId}`;
  return el("div", { class: "sticker", role: "img", "aria-label": `貼圖 ${name}` },
    el("span", { class: "sticker-face", "aria-hidden": "true" }, "☺"), el("small", {}, `貼圖 ${name}`));
}

function ownFile(bubble) {
  const words = { video: "影片", audio: "語音訊息", file: bubble.message.fileName }[bubble.type];
  return el("div", { class: "speech" }, `${{ video: "▶", audio: "♪", file: "📄" }[bubble.type]} ${words}`);
}

function image(bubble) {
  if (bubble.from === "bot") return picture("圖片");
  return el("img", { class: "photo", src: `/_simulator/contents/${bubble.id}`, alt: "照片" });
}

/** A textV2 with its placeholders filled in. */
function filled(message) {
  return message.text
    .replace(/\{\{|\}\}|\{(\w+)\}/g, (whole, key) => {
      if (!key) return whole[0];
      const value = message.substitution?.[key];
      return value?.type === "mention" ? "@成員" : "☺";
    });
}

function location(message) {
  return el("div", { class: "card" }, picture("地圖"),
    message.title ? el("p", { class: "card-title" }, message.title) : null,
    el("p", { class: "card-text" }, message.address ?? `${message.latitude}, ${message.longitude}`));
}

/** The element that shows this bubble's message. */
export function renderMessage(bubble, press) {
  const { message, type } = bubble;
  switch (type) {
    case "flex": return renderFlex(message, press);
    case "template": return template(message, press);
    case "sticker": return sticker(message);
    case "image": return image(bubble);
    case "video": case "audio": case "file": return ownFile(bubble);
    case "location": return location(message);
    case "textV2": return el("div", { class: "speech" }, filled(message));
    case "imagemap": return el("div", { class: "card" }, picture(message.altText),
      bubble.buttons.map((each) => button(each.label, () => press(each.action))));
    default: return el("div", { class: "speech" }, message.text ?? `（${type}）`);
  }
}
