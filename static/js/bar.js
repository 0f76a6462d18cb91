/* Keeps the bar with Quick Exit in sight where a phone's keyboard lies over the page, or somebody has zoomed in: both
   change what can be seen of the page, but not the page, so that its lower edge is somewhere else. */

const view = window.visualViewport;
const bar = document.querySelector(".bar");
const whole = document.documentElement; // its client size is the window's, without scrollbars

function follow() {
  const x = Math.min(0, view.offsetLeft + view.width - whole.clientWidth);
  const y = Math.min(0, view.offsetTop + view.height - whole.clientHeight);
  bar.style.transform = x < -1 || y < -1 ? `translate(${x}px, ${y}px)` : "";
}

/* Browsers bring the line one types in into sight, not the whole of a tall field: the bar could lie over the rest. */
document.addEventListener("keyup", (event) => {
  if (event.key === "Tab") document.activeElement.scrollIntoView({ block: "nearest" });
});

if (view && bar) {
  view.addEventListener("resize", follow);
  view.addEventListener("scroll", follow);
}
