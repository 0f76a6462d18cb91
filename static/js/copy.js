/* Shows the copy buttons, which need a script, and copies the text they belong to. */

function start() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.copied;
  } catch {
    text.select(); // not allowed here: the text is at least marked
  }
});
document.addEventListener("swap", start);
start();
