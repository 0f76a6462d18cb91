/* Says how many characters are left in a text with a limit. The server counts the same way and never cuts. */

function tell(area) {
  const left = Number(area.dataset.count) - [...area.value.replace(/\r\n/g, "\n")].length;
  let note = area.nextElementSibling;
  if (!note?.classList.contains("count")) {
    note = document.createElement("p");
    note.className = "count";
    area.after(note);
  }
  note.textContent = (left < 0 ? area.dataset.over : area.dataset.left).replace("#", Math.abs(left));
  note.toggleAttribute("data-over", left < 0);
}

function start() {
  for (const area of document.querySelectorAll("textarea[data-count]")) tell(area);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-count]")) tell(event.target);
});
document.addEventListener("swap", start);
start();
