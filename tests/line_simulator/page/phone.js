// One employee's phone: chat, quick replies, rich menu, writing, and what one can do with one's own messages.
import { call } from "/api.js";
import { button, clock, el, toast } from "/dom.js";
import { renderMessage } from "/messages.js";
import { pickMoment } from "/picker.js";

const VIA = { reply: "回覆", push: "推播", multicast: "多人推播", narrowcast: "分眾推播", broadcast: "廣播" };

export class Phone {
  constructor(employee, close) {
    this.id = employee.id;
    this.chat = employee.id;
    this.computer = false;
    this.parts = {};
    this.drawn = new Map();
    this.element = this.build(employee, close);
  }

  build(employee, close) {
    const part = (name, element) => (this.parts[name] = element);
    const toggle = (label, change) =>
      el("label", { class: "toggle" }, el("input", { type: "checkbox", onchange: (event) => change(event.target.checked) }), label);
    part("name", el("h2", {}, employee.displayName));
    part("chats", el("select", { "aria-label": "聊天室", onchange: (event) => this.open(event.target.value) }));
    part("friendship", button("封鎖", () => this.changeFriendship()));
    part("text", el("textarea", { rows: "1", "aria-label": "輸入訊息", placeholder: "輸入訊息", onkeydown: (event) => this.keyed(event) }));
    return el("section", { class: "phone", "aria-label": `${employee.displayName} 的手機` },
      el("header", { class: "phone-head" },
        el("div", { class: "phone-line" }, this.parts.name, this.parts.chats,
          button("✕", close, { class: "quiet", "aria-label": "收起這支手機" })),
        el("div", { class: "phone-line" },
          toggle("電腦版", (on) => this.setComputer(on)),
          toggle("200 % 字級", (on) => this.element.classList.toggle("large", on)),
          this.parts.friendship)),
      part("notice", el("p", { class: "notice", hidden: true })),
      part("log", el("div", { class: "log", role: "log", "aria-label": "對話", tabindex: "0" })),
      part("loading", el("p", { class: "loading", hidden: true, "aria-label": "對方正在輸入" }, "● ● ●")),
      part("quick", el("div", { class: "quick", role: "group", "aria-label": "快速回覆", hidden: true })),
      el("form", { class: "writing", onsubmit: (event) => { event.preventDefault(); this.sendText(); } },
        this.attachments(), this.parts.text, el("button", { class: "main" }, "送出")),
      part("menu", el("div", { class: "rich-menu", hidden: true })));
  }

  attachments() {
    const item = (label, deed, body = {}) =>
      button(label, (event) => { event.target.closest("details").open = false; this.act(deed, body); });
    return el("details", { class: "attachments" }, el("summary", { "aria-label": "其他種類的訊息" }, "＋"),
      el("div", { class: "popup" }, item("貼圖", "sticker"), item("照片", "image"), item("語音", "audio"),
        item("檔案", "file", { fileName: "說明.pdf" }), item("位置", "location", { title: "目前位置", address: "桃園市" })));
  }

  act(deed, body = {}) {
    return call("POST", `employees/${this.id}/${deed}`, { chat: this.chat, ...body });
  }

  keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.sendText();
  }

  async sendText() {
    const text = this.parts.text.value.trim();
    if (text && (await this.act("text", { text }))) this.parts.text.value = "";
  }

  /** Presses an action seen on the screen, or what `target` names. */
  async press(action, target = { action }) {
    const body = { ...target };
    if (action.type === "datetimepicker") {
      body.value = await pickMoment(action);
      if (!body.value) return;
    }
    const answer = await this.act("press", body);
    if (answer?.opened) toast(`手機會開啟：${answer.opened}`);
    if (answer?.copied) toast(`已複製：${answer.copied}`);
    if (answer?.fillInText) this.parts.text.value = answer.fillInText;
  }

  changeFriendship() {
    const deed = { friend: "block", blocked: "unblock", stranger: "follow" }[this.friendship];
    return call("POST", `employees/${this.id}/${deed}`, {});
  }

  open(chat) {
    this.chat = chat;
    this.clear();
    return this.update();
  }

  setComputer(on) {
    this.computer = on;
    this.element.classList.toggle("computer", on);
    return this.update();
  }

  clear() {
    this.drawn.clear();
    this.parts.log.replaceChildren();
  }

  /** Fetches the screen and changes only what differs, so that focus and scrolling stay. False: the person is gone. */
  async update() {
    const view = this.computer ? "&view=computer" : "";
    const response = await fetch(`/_simulator/employees/${this.id}/phone?chat=${this.chat}${view}`);
    if (!response.ok) return false;
    const screen = await response.json();
    this.friendship = screen.employee.friendship;
    this.parts.friendship.textContent = { friend: "封鎖", blocked: "解除封鎖", stranger: "加入好友" }[this.friendship];
    this.parts.notice.hidden = !screen.notification;
    this.parts.notice.textContent = `通知：${screen.notification}`;
    this.parts.loading.hidden = !screen.loading;
    this.drawChats(screen.chats);
    const log = this.parts.log;
    const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const grew = this.drawBubbles(screen.bubbles);
    this.redraw("quick", screen.quickReplies, () => this.drawQuickReplies(screen.quickReplies));
    this.redraw("menu", screen.richMenu, () => this.drawRichMenu(screen.richMenu));
    // Only now, because quick replies and menu make the log shorter.
    if (wasAtEnd || (grew && screen.bubbles.at(-1).from === "me")) log.scrollTop = log.scrollHeight;
    return true;
  }

  redraw(name, value, draw) {
    const text = JSON.stringify(value);
    if (this.parts[name].dataset.shows === text) return;
    this.parts[name].dataset.shows = text;
    draw();
  }

  drawChats(chats) {
    this.redraw("chats", chats, () =>
      this.parts.chats.replaceChildren(...chats.map((chat) =>
        el("option", { value: chat.id, selected: chat.id === this.chat }, chat.kind === "user" ? "官方帳號" : `群組：${chat.name}`))));
    this.parts.chats.hidden = chats.length < 2;
  }

  /** True when a bubble was added. */
  drawBubbles(bubbles) {
    if (bubbles.length < this.drawn.size) this.clear();
    let grown = false;
    for (const bubble of bubbles) {
      const state = `${bubble.unsent}${bubble.edited}${bubble.text}`;
      const known = this.drawn.get(bubble.seq);
      if (known?.state === state) continue;
      const element = this.drawBubble(bubble);
      if (known) known.element.replaceWith(element);
      else this.parts.log.append(element);
      grown ||= !known;
      this.drawn.set(bubble.seq, { state, element });
    }
    return grown;
  }

  drawBubble(bubble) {
    const side = bubble.from === "me" ? "mine" : "theirs";
    const name = bubble.from === "bot" ? bubble.message?.sender?.name : bubble.name;
    const facts = [clock(bubble.time), VIA[bubble.via], bubble.edited ? "已編輯" : null].filter(Boolean).join("・");
    if (bubble.unsent)
      return el("div", { class: "row note" }, bubble.from === "me" ? "您已收回訊息" : `${bubble.name} 已收回訊息`);
    return el("div", { class: `row ${side}` },
      side === "theirs" && name ? el("p", { class: "sender" }, name) : null,
      renderMessage(bubble, (action) => this.press(action)),
      el("p", { class: "facts" }, facts, side === "mine" && bubble.message.id ? this.ownMenu(bubble) : null));
  }

  ownMenu(bubble) {
    return el("details", { class: "own-menu" }, el("summary", { "aria-label": "這則訊息的選項" }, "⋯"),
      el("div", { class: "popup" },
        button("收回", () => this.act("unsend", { messageId: bubble.id })),
        bubble.type === "text" && this.chat !== this.id ? button("編輯", () => this.edit(bubble)) : null));
  }

  async edit(bubble) {
    const text = this.parts.text.value.trim();
    if (!text) return toast("先在輸入欄寫好新的文字，再按「編輯」。");
    if (await this.act("edit", { messageId: bubble.id, text })) this.parts.text.value = "";
  }

  drawQuickReplies(items) {
    this.parts.quick.hidden = items.length === 0;
    this.parts.quick.replaceChildren(...items.map((item, index) =>
      button(item.label, () => this.press(item.action, { quickReply: index + 1 }))));
  }

  drawRichMenu(menu) {
    this.parts.menu.hidden = !menu;
    if (!menu) return;
    const { width, height } = menu.size;
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    const areas = menu.buttons.map((area, index) => {
      const { x, y, width: w, height: h } = area.bounds;
      const style = { left: percent(x, width), top: percent(y, height), width: percent(w, width), height: percent(h, height) };
      return button(el("span", {}, area.label || `區塊 ${index + 1}`), () => this.press(area.action, { richMenu: index + 1 }), { style });
    });
    this.parts.menu.replaceChildren(el("details", { open: menu.selected }, el("summary", {}, menu.chatBarText),
      el("div", { class: "areas", style: { "aspect-ratio": `${width} / ${height}`,
        "background-image": `url("/_simulator/richmenu-images/${menu.richMenuId}")` } }, areas)));
  }
}
