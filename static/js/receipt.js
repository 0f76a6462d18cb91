/* Brings a receipt up to date without loading the page again, while something is still on its way. */

const LONGEST = 60; // seconds between two looks
let wait = 0;
let asking; // aborts what is being fetched
let gone = false; // Quick Exit was pressed: nothing may come back onto the page

const states = (live) => [...live.querySelectorAll("li")].map((li) => {
  const [name, state] = ["strong", ".chip"].map((part) => li.querySelector(part).textContent.trim());
  return `${name}: ${state}.`;
});

function words(live) {
  const copy = live.cloneNode(true);
  copy.querySelector("small").remove(); // the time of the last look
  return copy.textContent;
}

/* Changes what is shown only where something became of a letter, and says what to those who listen. */
function update(now, fresh) {
  if (words(now) === words(fresh)) {
    now.querySelector("small").replaceWith(fresh.querySelector("small"));
  } else {
    const before = states(now);
    const news = states(fresh).filter((state) => !before.includes(state));
    now.replaceWith(fresh);
    document.querySelector("[data-news]").textContent = news.join(" ");
  }
  start();
}

async function refresh() {
  const live = document.querySelector("[data-live]");
  if (!live?.dataset.refresh) return;
  wait = Math.min(wait ? wait * 1.3 : Number(live.dataset.refresh), LONGEST);
  await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  if (gone) return;
  try {
    const request = asking = new AbortController();
    AbortSignal.timeout(10000).addEventListener("abort", () => request.abort());
    const response = await fetch(location.pathname, { signal: request.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (gone) return;
    const fresh = page.querySelector("[data-live]");
    const now = document.querySelector("[data-live]");
    const read = getSelection();
    const inUse = now?.contains(document.activeElement) || now?.querySelector("textarea, details[open]")
      || !read.isCollapsed && now?.contains(read.anchorNode);
    if (response.ok && fresh && now && !inUse) update(now, fresh);
  } catch {
    // away for a moment: look again later
  }
  refresh();
}

window.addEventListener("quick-exit", () => {
  gone = true;
  asking?.abort();
});
function start() {
  for (const note of document.querySelectorAll("[data-by-hand], [data-by-itself]")) {
    note.hidden = "byHand" in note.dataset;
  }
}

if (AbortSignal.timeout) { // in older browsers the page says to reload it
  document.addEventListener("swap", start);
  start();
  refresh();
}
