/* Signs up without leaving the page: one moment please, then thanks or what to mend. Without script, or in a
   browser from before AbortSignal.timeout, the same form leads to pages that say the same. */

let asking; // aborts what is being fetched
let gone = false; // Quick Exit was pressed: nothing may come back onto the page

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-newsletter]");
  if (!form || !AbortSignal.timeout) return;
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  status.className = "";
  status.textContent = form.dataset.wait;
  try {
    const body = new URLSearchParams(new FormData(form));
    if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
    const request = asking = new AbortController();
    AbortSignal.timeout(30000).addEventListener("abort", () => request.abort());
    const response = await fetch(form.action, { method: "POST", body, signal: request.signal });
    const text = await response.text();
    if (gone) return;
    if (response.status >= 500) throw new Error(response.statusText);
    const answer = new DOMParser().parseFromString(text, "text/html").querySelector("main");
    if (response.redirected) {
      const lines = [answer.querySelector("h1"), answer.querySelector(".lead")].map((line) => line.textContent.trim());
      status.textContent = lines.join(" ");
      for (const other of [...form.children]) if (other !== status) other.remove();
      status.tabIndex = -1; // the button that had the focus is gone
      status.focus();
      return;
    }
    const mended = answer.querySelector("form[data-newsletter]");
    form.replaceChildren(...mended.childNodes);
    (form.querySelector("[aria-invalid=true]") ?? form.querySelector("input")).focus();
    const summary = answer.querySelector(".error-summary li");
    const heard = form.querySelector("[role=status]"); // the field says it to the eye
    heard.classList.add("visually-hidden");
    heard.textContent = summary ? summary.textContent.trim() : "";
  } catch {
    status.textContent = form.dataset.trouble;
  }
});

window.addEventListener("quick-exit", () => {
  gone = true;
  asking?.abort();
});
