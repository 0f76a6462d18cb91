/* Brings a receipt up to date without loading the page again, while something is still on its way. */

const LONGEST = 60; // seconds between two looks
let wait = 0;

async function refresh() {
  const live = document.querySelector("[data-live]");
  if (!live?.dataset.refresh) return;
  wait = Math.min(wait ? wait * 1.3 : Number(live.dataset.refresh), LONGEST);
  await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  try {
    const response = await fetch(location.pathname, { signal: AbortSignal.timeout(10000) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    const now = document.querySelector("[data-live]");
    const inUse = now?.contains(document.activeElement) || now?.querySelector("textarea, details[open]");
    if (response.ok && fresh && now && !inUse) now.replaceWith(fresh);
  } catch {
    // away for a moment: look again later
  }
  refresh();
}

refresh();
