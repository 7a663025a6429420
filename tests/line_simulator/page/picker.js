// The date and time picker of a datetimepicker action.

const TYPES = { date: "date", time: "time", datetime: "datetime-local" };
const TITLES = { date: "選擇日期", time: "選擇時間", datetime: "選擇日期與時間" };

/** What the employee picked, as LINE writes it ("2026-01-31T09:30"); empty when cancelled. */
export function pickMoment(action) {
  const dialog = document.getElementById("picker");
  const input = document.getElementById("picker-value");
  document.getElementById("picker-title").textContent = TITLES[action.mode];
  input.type = TYPES[action.mode];
  for (const bound of ["min", "max"]) {
    if (action[bound]) input.setAttribute(bound, action[bound].replace("t", "T"));
    else input.removeAttribute(bound);
  }
  input.value = (action.initial ?? "").replace("t", "T");
  // Not a submit button: the Enter key would press the first of those.
  document.getElementById("picker-cancel").onclick = () => dialog.close("");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue === "ok" ? input.value : ""), { once: true }));
}
