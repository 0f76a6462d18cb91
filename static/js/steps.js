/* Posts a form in the background and swaps the answer in, so that no POST becomes a history entry and Back
   goes one step back with the words typed. Earlier steps live in memory only. Nothing here is needed: without
   script the same forms post the ordinary way. */

const main = document.querySelector("main");
const kept = new Map(); // step number → { nodes, title }: nodes keep what was typed
let at = 0;
let busy = false;

const stepName = (root) => root.querySelector("[data-steps]")?.dataset.steps;

function keep() {
  const nodes = document.createDocumentFragment();
  nodes.append(...main.childNodes);
  kept.set(at, { nodes, title: document.title });
}

function show(nodes, title) {
  main.replaceChildren(nodes);
  document.title = title;
  const target = main.querySelector(".error-summary, [role=alert], h1");
  if (target) {
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  window.scrollTo(0, 0);
  document.dispatchEvent(new Event("swap"));
}

function trouble(on) {
  const note = main.querySelector("[data-trouble]");
  if (!note) return;
  note.hidden = !on;
  if (on) {
    note.tabIndex = -1;
    note.focus();
  }
}

async function post(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  trouble(false);
  const response = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(30000) });
  if (response.status >= 500) throw new Error(response.statusText);
  const here = new URL(response.url).pathname === location.pathname;
  if (response.redirected && !here) {
    kept.clear();
    location.replace(response.url);
    return;
  }
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  const nodes = document.createDocumentFragment();
  nodes.append(...answer.querySelector("main").childNodes);
  const next = "step" in form.dataset && stepName(nodes) !== stepName(main);
  if (next) {
    keep();
    at += 1;
    for (const step of kept.keys()) if (step > at) kept.delete(step);
    history.pushState({ step: at }, "");
  }
  show(nodes, answer.title);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-step], form[data-post]");
  if (!form) return;
  event.preventDefault();
  if (busy) return;
  if (event.submitter && "back" in event.submitter.dataset && kept.has(at - 1)) {
    history.back();
    return;
  }
  busy = true;
  form.setAttribute("aria-busy", "true");
  try {
    await post(form, event.submitter);
  } catch {
    trouble(true); // what was typed is still on the page; sending again cannot double it
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
});

if (main.querySelector("[data-steps]")) {
  history.replaceState({ step: 0 }, "");
  window.addEventListener("popstate", (event) => {
    const step = event.state?.step;
    if (step === undefined || step === at) return;
    if (!kept.has(step)) {
      location.reload();
      return;
    }
    keep();
    at = step;
    const { nodes, title } = kept.get(step);
    kept.delete(step);
    show(nodes, title);
  });
}

// Quick Exit empties the fields it can see; what is only in memory goes here.
window.addEventListener("quick-exit", () => kept.clear());
