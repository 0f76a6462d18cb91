/* Discreet mode, for one tab, chosen on the safety page: every page takes the place of the one before, so that Back
   leaves the site instead of leading through it. Nothing is stored before somebody turns it on. */

const root = document.documentElement;
let canRemember = true;

function remember(on) {
  try {
    if (on === undefined) return sessionStorage.getItem("discreet") === "on";
    if (on) sessionStorage.setItem("discreet", "on");
    else sessionStorage.removeItem("discreet");
  } catch {
    canRemember = false; // no storage: it cannot be turned on
    return false;
  }
  return on;
}

function show(on) {
  root.toggleAttribute("data-discreet", on); // other scripts ask for this
  const toggle = document.querySelector("[data-discreet-toggle]");
  if (!toggle) return;
  toggle.hidden = !canRemember;
  toggle.setAttribute("aria-pressed", on);
  toggle.nextElementSibling.textContent = toggle.dataset[!canRemember ? "blocked" : on ? "on" : "off"];
}

const ours = (address) => new URL(address).origin === location.origin;
const isPage = (address) => /^https?:/.test(address);

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-discreet-toggle]")) {
    show(Boolean(remember(!root.hasAttribute("data-discreet"))));
    return;
  }
  const link = event.target.closest?.("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  if (!root.hasAttribute("data-discreet") || !isPage(link.href)) return;
  event.preventDefault(); // other websites too: Back from the hotline's chat must not lead here
  location.replace(link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!root.hasAttribute("data-discreet") || event.defaultPrevented || form.method !== "get" || !ours(form.action)) return;
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form, event.submitter));
  location.replace(address);
});

show(remember());
// A page that comes back from the browser's memory asks again.
window.addEventListener("pageshow", () => show(remember()));
