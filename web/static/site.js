// What is nicer with a script. Every page works without it; nothing here is needed to read, ask or answer.
"use strict";

// The summary of errors gets the focus, also where the browser does not honour autofocus.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

// A second click within three seconds sends nothing twice. The button stays a button: nothing is disabled.
// Listened for on the document: a list that is refreshed in place brings forms of its own.
let sentAt = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) {
    return;
  }
  const now = Date.now();
  if (now - (sentAt.get(form) || 0) < 3000) {
    event.preventDefault();
  } else {
    sentAt.set(form, now);
  }
});
// Back from the next page: a form may be sent again at once.
window.addEventListener("pageshow", () => {
  sentAt = new WeakMap();
});

// How many characters are left; it says so, it never cuts.
for (const line of document.querySelectorAll("[data-limit-for]")) {
  const box = document.getElementById(line.dataset.limitFor);
  const limit = Number(box ? box.dataset.limit : 0);
  if (!box || !limit) {
    continue;
  }
  const show = () => {
    const left = limit - Array.from(box.value).length;
    const words = left < 0 ? line.dataset.over : line.dataset.left;
    line.textContent = words.replace("#", Math.abs(left).toLocaleString(document.documentElement.lang));
    line.classList.toggle("field__limit--over", left < 0);
  };
  box.addEventListener("input", show);
  if (box.value) {
    show();
  }
}

// Read the page aloud with the browser's own voice, in the language of the page.
const speech = window.speechSynthesis;
for (const button of document.querySelectorAll("[data-read-aloud]")) {
  if (!speech || !window.SpeechSynthesisUtterance) {
    continue;
  }
  const words = button.querySelector("span");
  const start = words.textContent;
  const quiet = () => {
    speech.cancel();
    words.textContent = start;
    button.setAttribute("aria-pressed", "false");
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    if (speech.speaking) {
      quiet();
      return;
    }
    const parts = readable(document.getElementById("main"));
    words.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    parts.forEach((text, index) => {
      const piece = new SpeechSynthesisUtterance(text);
      piece.lang = document.documentElement.lang;
      piece.rate = 0.95;
      if (index === parts.length - 1) {
        piece.onend = quiet;
      }
      speech.speak(piece);
    });
  });
  window.addEventListener("pagehide", () => speech.cancel());
}

// Headings, sentences and answers of the page, piece by piece, without buttons and what is out of sight.
function readable(main) {
  const parts = [];
  for (const element of main.querySelectorAll("h1, h2, h3, p, li, dt, dd, legend, label, th, td, figcaption")) {
    if (element.closest("[hidden], nav, .no-print") || element.querySelector("h1, h2, h3, p, li, legend, label")) {
      continue;
    }
    const text = element.innerText.trim();
    if (text) {
      parts.push(text);
    }
  }
  return parts;
}

// What is filled in under an answer that nobody chose yet, chooses it.
for (const part of document.querySelectorAll("[data-answer]")) {
  part.addEventListener("change", (event) => {
    const answers = [...part.parentElement.querySelectorAll(":scope > .field input[type=radio]")];
    if (event.target.value && !answers.some((answer) => answer.checked)) {
      const chosen = answers.find((answer) => answer.value === part.dataset.answer);
      chosen.checked = true;
      chosen.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

// The week grid: one button ticks a whole day or every morning; once more, and it is empty again.
for (const grid of document.querySelectorAll("[data-week]")) {
  for (const head of grid.querySelectorAll("th[data-all]")) {
    const boxes = () =>
      head.dataset.part
        ? grid.querySelectorAll(`input[data-part="${head.dataset.part}"]`)
        : head.closest("tr").querySelectorAll("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "week-grid__all no-print";
    button.setAttribute("aria-label", head.dataset.all);
    button.title = head.dataset.all;
    const mark = document.createElement("span");
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = "✓";
    button.append(mark);
    button.addEventListener("click", () => {
      const all = Array.from(boxes());
      const tick = !all.every((box) => box.checked);
      for (const box of all) {
        box.checked = tick;
        box.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    head.append(button);
  }
}

// Press and drag over the week grid: what the first box becomes, the others become too. A click stays a click, the
// keyboard is as it was. A finger paints after a sideways start or a long press; else it scrolls the page.
const LONG_PRESS = 400; // milliseconds
const START = 10; // pixels
for (const grid of document.querySelectorAll("[data-week]")) {
  let first = null;
  let last = null;
  let tick = false;
  let painting = false;
  let timer = 0;
  const boxAt = (x, y) => {
    const under = document.elementFromPoint(x, y);
    const cell = under && under.closest(".week-grid__cell");
    return cell && grid.contains(cell) ? cell.querySelector("input") : null;
  };
  const paint = (box) => {
    if (box && box.checked !== tick) {
      box.checked = tick;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };
  // A fast hand skips boxes: paint what lies between.
  const paintTo = (x, y) => {
    const steps = Math.ceil(Math.hypot(x - last.x, y - last.y) / START) || 1;
    for (let step = 1; step <= steps; step++) {
      paint(boxAt(last.x + ((x - last.x) * step) / steps, last.y + ((y - last.y) * step) / steps));
    }
    last = { x, y };
  };
  const begin = () => {
    clearTimeout(timer);
    painting = true;
    grid.classList.add("week-grid--painting");
    paint(first);
  };
  const stop = (event) => {
    clearTimeout(timer);
    first = null;
    if (painting) {
      painting = false;
      grid.classList.remove("week-grid--painting");
      // The click that ends the stroke would turn the box under the hand round again.
      const swallow = (click) => click.preventDefault();
      window.addEventListener("click", swallow, true);
      setTimeout(() => window.removeEventListener("click", swallow, true), event.pointerType === "touch" ? 50 : 0);
    }
  };
  grid.classList.add("week-grid--paintable");
  grid.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) {
      return;
    }
    first = boxAt(event.clientX, event.clientY);
    last = { x: event.clientX, y: event.clientY };
    if (first) {
      tick = !first.checked;
      if (event.pointerType === "touch") {
        timer = setTimeout(begin, LONG_PRESS);
      }
    }
  });
  window.addEventListener("pointermove", (event) => {
    if (!first || !event.isPrimary) {
      return;
    }
    const { clientX: x, clientY: y } = event;
    if (!painting) {
      const [across, down] = [Math.abs(x - last.x), Math.abs(y - last.y)];
      if (event.pointerType !== "touch") {
        if (boxAt(x, y) !== first) {
          begin();
        }
      } else if (across > START && across > down) {
        begin();
      } else if (down > START) {
        stop(event); // the page scrolls
      }
    }
    if (painting) {
      paintTo(x, y);
    }
  });
  window.addEventListener("pointerup", stop);
  window.addEventListener("pointercancel", stop);
  grid.addEventListener("touchmove", (event) => painting && event.preventDefault(), { passive: false });
  grid.addEventListener("contextmenu", (event) => painting && event.preventDefault());
}

// What can be undone stays in sight while there is time, and longer under a hand or with the focus in it.
const toasts = [...document.querySelectorAll("[data-toast]")];
const newest = toasts.sort((one, other) => other.dataset.toast - one.dataset.toast)[0]; // one of them is enough
for (const toast of toasts) {
  const until = performance.now() + Number(toast.dataset.toast) * 1000;
  const left = toast.querySelector("[data-toast-left]");
  const said = toast.querySelector("[data-toast-said]");
  if (toast === newest) {
    toast.classList.add("toast--up");
  }
  setTimeout(() => {
    said.textContent = said.dataset.toastSaid; // a change is said, what stood there from the start is not
  }, 500);
  const show = () => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    left.textContent = left.dataset.toastLeft.replace("#", seconds);
    if (!seconds && !toast.matches(":hover, :focus-within")) {
      clearInterval(ticking);
      toast.remove();
    }
  };
  const ticking = setInterval(show, 500);
  show();
}

// Print buttons, where a page offers one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Installable, and a page of our own where there is no internet. Where the browser forbids it, all works without.
if (navigator.serviceWorker) {
  window.addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/service-worker.js");
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ offline: document.documentElement.dataset.offline });
    } catch {
      // forbidden, or no room
    }
  });
}
