// What is nicer with a script. Every page works without it; nothing here is needed to read, ask or answer.
"use strict";

// The summary of errors gets the focus, also where the browser does not honour autofocus.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

// A second click within three seconds sends nothing twice. The button stays a button: nothing is disabled.
for (const form of document.querySelectorAll("form[data-once]")) {
  let sentAt = 0;
  form.addEventListener("submit", (event) => {
    const now = Date.now();
    if (now - sentAt < 3000) {
      event.preventDefault();
      return;
    }
    sentAt = now;
  });
  // Back from the next page: the form may be sent again at once.
  window.addEventListener("pageshow", () => {
    sentAt = 0;
  });
}

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

// Print buttons, where a page offers one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
