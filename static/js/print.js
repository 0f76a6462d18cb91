/* Shows the print buttons, which need a script, and opens the browser's own dialog. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
