/* A page that the browser kept and shows again on Back may be old: its words are fetched anew, unless somebody left. */

window.addEventListener("pageshow", async (event) => {
  if (!event.persisted || document.documentElement.hidden) return;
  try {
    const response = await fetch(location.pathname);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const main = document.querySelector("main:has([data-fresh])"); // gone once Quick Exit was pressed
    if (!response.ok || document.documentElement.hidden || !main) return;
    main.replaceChildren(...page.querySelector("main").childNodes);
    document.dispatchEvent(new Event("swap"));
  } catch {
    // no connection: what was kept is still there
  }
});
