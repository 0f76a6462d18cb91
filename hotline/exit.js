(function () {
  "use strict";
  var root = document.documentElement, leaving;

  // A load that was stopped is tried again. Each try starts the load anew, so every pause is twice the last:
  // a slow connection gets the time it needs.
  function go(url, pause) {
    location.replace(url);
    setTimeout(go, pause, url, 2 * pause);
  }

  function leave(url) {
    if (leaving) return;
    leaving = true;
    root.hidden = true;
    document.title = "…";
    go(url, 10000);
    document.querySelectorAll("input,textarea,select").forEach(function (field) {
      field.checked = false;
      field.value = "";
    });
    dispatchEvent(new Event("quick-exit")); // scripts that keep something in memory drop it
    document.querySelectorAll("audio,video").forEach(function (media) { media.pause(); });
    if (navigator.sendBeacon) navigator.sendBeacon("/leave/");
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-exit]");
    if (link) {
      event.preventDefault();
      leave(link.href);
    }
  }, true);
})();
