/* Signs up without leaving the page: one moment please, then thanks or what to mend. Without script the same
   form leads to pages that say the same. */

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-newsletter]");
  if (!form) return;
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  status.textContent = form.dataset.wait;
  try {
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const response = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(30000) });
    if (response.status >= 500) throw new Error(response.statusText);
    const answer = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
    if (response.redirected) {
      const lines = [answer.querySelector("h1"), answer.querySelector(".lead")].map((line) => line.textContent.trim());
      status.textContent = lines.join(" ");
      form.replaceChildren(status);
      return;
    }
    const mended = answer.querySelector("form[data-newsletter]");
    form.replaceChildren(...mended.childNodes);
    (form.querySelector("[aria-invalid=true]") ?? form.querySelector("input")).focus();
    const summary = answer.querySelector(".error-summary li");
    form.querySelector("[role=status]").textContent = summary ? summary.textContent.trim() : "";
  } catch {
    status.textContent = form.dataset.trouble;
  }
});
