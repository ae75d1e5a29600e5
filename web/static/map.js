// Moves and enlarges the map that the page already holds: the same drawing, with the same links.
"use strict";

// From so many pixels for a unit of the drawing on, there is room for each number, and for each name.
const NEAR = 0.5;
const NEARER = 1;

for (const frame of document.querySelectorAll("[data-map]")) {
  const sheet = frame.querySelector("svg");
  const { bounds, label, tiles, tilesBy } = frame.dataset;
  const [south, west, north, east] = bounds.split(",").map(Number);
  const corners = L.latLngBounds([south, west], [north, east]);
  const { width, height } = sheet.viewBox.baseVal;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  const measure = () => {
    frame.style.height = `${(frame.clientWidth * height) / width}px`;
  };
  measure();
  const map = L.map(frame, {
    attributionControl: Boolean(tiles),
    zoomControl: false, // the page has buttons with words
    scrollWheelZoom: false, // the page scrolls on
    zoomSnap: 0,
    maxBounds: corners,
    maxBoundsViscosity: 1,
    zoomAnimation: !still,
    fadeAnimation: !still,
    inertia: !still,
  });
  if (tiles) {
    map.attributionControl.setPrefix(false);
    const by = document.createElement("span"); // what the operator wrote is text, never markup
    by.textContent = tilesBy;
    L.tileLayer(tiles, { attribution: by.innerHTML, maxZoom: 19 }).addTo(map);
  }
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", label);

  let whole = 0; // the zoom at which everything is seen
  const showAll = () => {
    map.setMinZoom(0);
    map.setMaxZoom(Infinity);
    map.fitBounds(corners, { animate: false });
    whole = map.getZoom();
    map.setMinZoom(whole);
    map.setMaxZoom(whole + 4);
  };
  showAll();
  sheet.setAttribute("preserveAspectRatio", "none");
  L.svgOverlay(sheet, corners, { interactive: true }).addTo(map);

  // Letters keep their size. Seen whole, there is nothing to move: a finger scrolls the page, not the map.
  const fit = () => {
    const times = map.getZoomScale(map.getZoom(), whole);
    const scale = (frame.clientWidth / width) * times;
    frame.style.setProperty("--map-zoom", times.toFixed(3));
    frame.classList.toggle("map__frame--near", scale >= NEAR);
    frame.classList.toggle("map__frame--nearer", scale >= NEARER);
    map.dragging[times > 1.01 ? "enable" : "disable"]();
  };
  map.on("zoomend", fit);
  fit();

  const moves = frame.nextElementSibling;
  moves.querySelector("[data-larger]").addEventListener("click", () => map.zoomIn(1));
  moves.querySelector("[data-smaller]").addEventListener("click", () => map.zoomOut(1));
  moves.hidden = false;

  // To move the map is not to follow the link under the hand. A key, whose click has no detail, always follows it.
  let dragged = false;
  map.on("dragstart", () => {
    dragged = true;
  });
  frame.addEventListener("pointerdown", () => {
    dragged = false;
  }, true);
  frame.addEventListener("click", (event) => {
    if (dragged && event.detail) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);

  // What gets the focus comes into sight.
  frame.addEventListener("focusin", (event) => {
    const area = event.target.closest("a[data-x]");
    if (area && area.matches(":focus-visible")) {
      const { x, y } = area.dataset;
      const spot = [north - ((north - south) * y) / height, west + ((east - west) * x) / width];
      map.panInside(spot, { padding: [60, 60], animate: !still });
    }
  });

  // Another width: the whole map again, once it does not glide any more, which would end in its old place.
  let wide = frame.clientWidth;
  let gliding = false;
  map.on("zoomanim", () => {
    gliding = true;
  });
  map.on("zoomend", () => {
    gliding = false;
  });
  const again = () => {
    if (frame.hidden) {
      return; // on paper
    }
    wide = frame.clientWidth;
    measure();
    map.invalidateSize({ animate: false });
    showAll();
    fit();
  };
  const atRest = (step) => (gliding ? map.once("zoomend", step) : step());
  window.addEventListener("resize", () => {
    if (!frame.hidden && frame.clientWidth !== wide) {
      atRest(again);
    }
  });

  // On paper the drawing stands by itself, whole.
  const paper = document.createElement("div");
  paper.className = "map__frame";
  let pane = null;
  window.addEventListener("beforeprint", () => {
    pane = sheet.parentNode;
    paper.append(sheet);
    frame.before(paper);
    frame.hidden = true;
  });
  window.addEventListener("afterprint", () => {
    if (pane) {
      pane.append(sheet);
      paper.remove();
      frame.hidden = false;
      pane = null;
      atRest(again);
    }
  });
}
