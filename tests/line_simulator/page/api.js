// Talks to the simulator's control API.
import { toast } from "/dom.js";

/** The answer of a control call; a refusal is shown and gives null. */
export async function call(method, path, body) {
  const response = await fetch(`/_simulator/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  const answer = await response.json();
  if (response.ok) return answer;
  toast(`不能這樣做：${answer.error}`);
  return null;
}

/** Calls `changed` at once and whenever something happens, never twice at a time; `state` hears of the connection. */
export function follow(changed, state) {
  let running = false;
  let again = false;
  const run = async () => {
    if (running) return void (again = true);
    running = true;
    do {
      again = false;
      await changed().catch((error) => console.error(error));
    } while (again);
    running = false;
  };
  const stream = new EventSource("/_simulator/stream");
  stream.onopen = () => state(true);
  stream.onerror = () => state(false);
  stream.onmessage = run;
  run();
}
