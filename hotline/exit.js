// Leaves the site, and keeps Back from showing it again. Stands first in the head of every page, so that it works
// before any other file arrives; in plain old syntax, so that it works in any browser. Every step stands alone.
(function () {
  "use strict";
  var root = document.documentElement;
  var leaving, wayOut, again, others, pressed = 0, expiry, saying, touched;

  // Where Quick Exit leads; still known when the page is empty.
  function exit() {
    var link = document.querySelector("a[data-exit='']");
    if (link) wayOut = link.href;
    return wayOut;
  }

  // The address somebody left to in this tab. Nothing is stored before that.
  function left() {
    try { return sessionStorage.getItem("left"); } catch (e) { return null; }
  }

  function keep(url) {
    try {
      var discreet = sessionStorage.getItem("discreet");
      sessionStorage.clear();
      if (url) sessionStorage.setItem("left", url);
      if (discreet) sessionStorage.setItem("discreet", discreet);
    } catch (e) { /* no storage, no guard: the rest still works */ }
  }

  // A load that was stopped is tried again. Each try begins the load anew, so every pause is twice the last:
  // a slow website gets the time it needs. The veil stays: an answer that fails shows nothing of ours.
  function go(url, pause) {
    clearTimeout(again);
    location.replace(url);
    again = setTimeout(go, pause, url, 2 * pause);
  }

  function hide() {
    root.hidden = true;
    document.title = "…";
  }

  // Nothing of the page is left: no typed word, no picture, no colour. Only "Loading", for who cannot see that.
  function empty() {
    var status = document.querySelector("[data-exit-status]");
    document.querySelectorAll("input,textarea,select").forEach(function (field) {
      field.checked = false;
      field.value = "";
    });
    document.querySelectorAll("audio,video").forEach(function (media) { media.pause(); });
    document.querySelectorAll("link,style").forEach(function (sheet) { sheet.remove(); });
    document.body.replaceChildren(status);
    status.style.cssText = "position:fixed;clip-path:inset(50%)";
    status.textContent = status.dataset.loading;
    root.hidden = false;
  }

  function leave(url, practice) {
    if (leaving) return;
    leaving = !practice; // who only tries it out can still leave
    exit();
    hide();
    if (leaving) keep(url);
    go(url, 2000);
    try {
      dispatchEvent(new Event("quick-exit")); // scripts that keep something in memory drop it
      empty();
    } catch (e) { /* the page is hidden all the same */ }
    if (practice) return;
    if (others) others.postMessage(url);
    if (navigator.sendBeacon) navigator.sendBeacon("/leave/");
  }

  function pressedLink(event) {
    var link = event.target.closest && event.target.closest("a[data-exit]");
    if (!link || event.button > 1) return;
    event.preventDefault();
    leave(link.href, link.dataset.exit === "practice");
  }
  addEventListener("click", pressedLink, true);
  addEventListener("auxclick", pressedLink, true);

  // Shift three times, either side, nothing else between, five seconds at most between two.
  function count(presses, word) {
    var status = document.querySelector("[data-exit-status]");
    if (!exit() || presses === pressed) return;
    clearTimeout(expiry);
    clearTimeout(saying);
    pressed = presses;
    if (presses === 3) return leave(exit());
    root.dataset.shift = presses;
    if (presses) expiry = setTimeout(count, 5000, 0, "over");
    // Said after a moment, so that who types capital letters hears nothing of it.
    if (status) saying = setTimeout(function () {
      status.textContent = word ? status.dataset[word] : "";
    }, word ? 500 : 0);
  }

  addEventListener("keydown", function (event) {
    if (event.repeat || leaving) return;
    // The keyboard on a screen sends Shift by itself.
    var types = touched && event.target.matches && event.target.matches("input,textarea,select");
    var alone = !(event.ctrlKey || event.altKey || event.metaKey); // with others it switches keyboards
    if (event.key === "Shift" && alone && !types) count(pressed + 1, ["one", "two"][pressed]);
    else count(0);
  }, true);
  addEventListener("pointerdown", function (event) {
    touched = event.pointerType === "touch";
    count(0);
  }, true);
  addEventListener("wheel", function () { count(0); }, { capture: true, passive: true });

  // All tabs of the site leave together.
  function listen() {
    if (!window.BroadcastChannel || others) return;
    others = new BroadcastChannel("quick-exit");
    others.onmessage = function (event) { leave(event.data); };
  }

  // The browser may keep a page and show it again on Back. So every page hides before it is kept, and shows itself
  // only where nobody has left.
  addEventListener("pagehide", function () {
    root.hidden = true;
    if (others) others.close();
    others = null;
  });
  addEventListener("pageshow", function (event) {
    if (leaving) return;
    if (event.persisted && left()) return leave(left());
    root.hidden = false;
    count(0);
    listen();
  });
  listen();

  // Back after leaving loads the page anew: it goes again before anything of it shows. An address that was typed, or a
  // link from elsewhere, is a wish to be here.
  if (left()) {
    var entry = performance.getEntriesByType("navigation")[0];
    if (entry ? entry.type === "navigate" : performance.navigation.type === 0) keep(); // the second in older browsers
    else {
      leaving = true;
      hide();
      go(left(), 2000);
    }
  }
})();
