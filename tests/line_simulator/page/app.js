// The page: which phones stand side by side, and keeping them up to date.
import { call, follow } from "/api.js";
import { el, toast } from "/dom.js";
import { Phone } from "/phone.js";

const MOST_AT_FIRST = 4;
const phones = new Map();
let employees = [];
let first = true;

const place = (id) => document.getElementById(id);

function show(employee) {
  const phone = new Phone(employee, () => hide(employee.id));
  phones.set(employee.id, phone);
  place("phones").append(phone.element);
  return phone;
}

function hide(id) {
  phones.get(id).element.remove();
  phones.delete(id);
  drawPicker();
}

/** The list of employees whose phones are put away. */
function drawPicker() {
  const others = employees.filter((each) => !phones.has(each.id));
  const select = place("show-employee");
  select.closest("label").hidden = others.length === 0;
  select.replaceChildren(el("option", { value: "" }, "選一位員工"),
    ...others.map((each) => el("option", { value: each.id }, each.displayName)));
  place("empty").hidden = employees.length > 0;
}

async function update() {
  const answer = await call("GET", "employees");
  if (!answer) return;
  employees = answer.employees;
  for (const each of employees)
    if (!phones.has(each.id) && phones.size < MOST_AT_FIRST && (first || !known.has(each.id))) show(each);
  for (const each of employees) known.add(each.id);
  first = false;
  for (const [id, phone] of phones) if (!(await phone.update())) hide(id);
  drawPicker();
}

const known = new Set();

place("add-employee").addEventListener("click", async () => {
  const created = await call("POST", "employees", {});
  if (!created) return;
  known.add(created.id);
  if (!phones.has(created.id)) show(created);
  phones.get(created.id).element.scrollIntoView({ inline: "start", block: "nearest" });
  await update();
});

place("add-group").addEventListener("click", async () => {
  const members = [...phones.keys()];
  if (members.length < 2) return toast("畫面上至少要有兩位員工，才能建立群組。");
  if (await call("POST", "groups", { name: `群組（${members.length} 人）`, members })) toast("已建立群組並邀請官方帳號；在手機上方可切換聊天室。");
});

place("show-employee").addEventListener("change", async (event) => {
  const employee = employees.find((each) => each.id === event.target.value);
  if (employee) await show(employee).update();
  drawPicker();
});

follow(update, (connected) => (place("state").textContent = connected ? "" : "與模擬器的連線中斷，正在重試…"));
