/* Posts a form in the background and swaps the answer in, so that no POST becomes a history entry and Back
   goes one step back with the words typed. Earlier steps live in memory only. Nothing here is needed: without
   script, or in a browser from before AbortSignal.timeout, the same forms post the ordinary way. */

const able = Boolean(AbortSignal.timeout);
const main = document.querySelector("main");
const kept = new Map(); // step number → { nodes, title }: nodes keep what was typed
let at = 0;
let busy = false;
let asking; // aborts what is being fetched
let gone = false; // Quick Exit was pressed: nothing may come back onto the page

const stepName = (root) => root.querySelector("[data-steps]")?.dataset.steps;

function fragment(root) {
  const nodes = document.createDocumentFragment();
  nodes.append(...root.childNodes);
  return nodes;
}

// In discreet mode a step takes the place of the one before, as pages do.
function pushStep(step) {
  if (document.documentElement.hasAttribute("data-discreet")) history.replaceState({ step }, "");
  else history.pushState({ step }, "");
}

function focus(target) {
  if (!target) return;
  if (!target.matches("input, select, textarea, button, a")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function show(nodes, title) {
  main.replaceChildren(nodes);
  document.title = title;
  document.dispatchEvent(new Event("swap"));
}

function showStep(nodes, title) {
  show(nodes, title);
  focus(main.querySelector(".error-summary, [role=alert]:not([hidden])") ?? main.querySelector("h1"));
  window.scrollTo(0, 0);
}

/* Puts the present step into memory. What was wrong with it has been mended when it is left forwards. */
function keep({ mended }) {
  const nodes = fragment(main);
  if (mended) {
    for (const note of nodes.querySelectorAll(".error-summary, .field__error")) note.remove();
    for (const field of nodes.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const field of nodes.querySelectorAll(".field--error")) field.classList.remove("field--error");
  }
  kept.set(at, { nodes, title: document.title.replace(/^Error: /, "") });
}

function restore(step) {
  keep({ mended: false });
  at = step;
  const { nodes, title } = kept.get(step);
  kept.delete(step);
  showStep(nodes, title);
}

function trouble(on) {
  const note = main.querySelector("[data-trouble]");
  if (!note) return;
  note.hidden = !on;
  if (on) focus(note);
}

async function post(form, button) {
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  const request = asking = new AbortController();
  AbortSignal.timeout(30000).addEventListener("abort", () => request.abort());
  const response = await fetch(form.action, { method: "POST", body, signal: request.signal });
  const text = await response.text();
  if (gone) return;
  if (response.status >= 500) throw new Error(response.statusText);
  if (response.redirected && new URL(response.url).pathname !== location.pathname) {
    kept.clear();
    location.replace(response.url);
    return;
  }
  const answer = new DOMParser().parseFromString(text, "text/html");
  const nodes = fragment(answer.querySelector("main"));
  if ("post" in form.dataset) {
    show(nodes, answer.title); // the same page, changed: stay where the button was, or go to what it opened
    const opened = new URL(form.action).hash;
    const target = main.querySelector(opened || "[role=status]");
    focus(target);
    (target?.querySelector("textarea ~ .buttons") ?? target)?.scrollIntoView({ block: "nearest" });
    return;
  }
  if (stepName(nodes) !== stepName(main)) {
    keep({ mended: true });
    at += 1;
    for (const step of kept.keys()) if (step > at) kept.delete(step);
    pushStep(at);
  }
  showStep(nodes, answer.title);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-step], form[data-post]");
  if (!form || !able) return;
  event.preventDefault();
  if (busy) return;
  if (event.submitter && "back" in event.submitter.dataset && kept.has(at - 1)) {
    restore(at - 1);
    pushStep(at);
    return;
  }
  busy = true;
  form.setAttribute("aria-busy", "true");
  trouble(false);
  try {
    await post(form, event.submitter);
  } catch {
    trouble(!gone); // what was typed is still on the page; sending again cannot double it
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
});

// A link of the error summary leads to its field with label and message in view, and leaves no history entry.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".error-summary a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  focus(field);
  (field.closest(".field") ?? field).scrollIntoView();
});

if (able && main.querySelector("[data-steps]")) {
  history.scrollRestoration = "manual";
  const reloaded = main.querySelector("[data-reloaded]");
  if (reloaded && history.state?.step) reloaded.hidden = false;
  history.replaceState({ step: 0 }, "");
  window.addEventListener("popstate", (event) => {
    if (gone) return;
    const step = event.state?.step;
    if (step === undefined) history.replaceState({ step: at }, ""); // a link within the page
    else if (step !== at && kept.has(step)) restore(step);
    else if (step !== at) location.reload();
  });
}

// Quick Exit empties the fields it can see; what is only in memory or on its way goes here.
window.addEventListener("quick-exit", () => {
  gone = true;
  kept.clear();
  asking?.abort();
});
