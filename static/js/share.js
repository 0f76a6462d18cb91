/* Opens the device's own way to share, with the picture where it takes files. */

for (const button of document.querySelectorAll("[data-share]")) button.hidden = !navigator.share;

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-share]");
  if (!button) return;
  const { share, title, words, picture } = button.dataset;
  const text = (id) => document.getElementById(id).value;
  const what = { title, text: words ? text(words) : title, url: text(share) };
  try {
    if (picture) {
      const blob = await (await fetch(picture)).blob();
      const files = [new File([blob], picture.split("/").pop(), { type: blob.type })];
      if (navigator.canShare?.({ ...what, files })) what.files = files;
    }
    await navigator.share(what);
  } catch {
    // closed without sharing, or not possible here: the files and words are on the page
  }
});
