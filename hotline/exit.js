(function () {
  "use strict";
  var root = document.documentElement, leaving;

  function leave(url) {
    if (leaving) return;
    root.hidden = true;
    document.title = "…";
    function go() { location.replace(url); }
    go();
    leaving = setInterval(go, 2000);
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
