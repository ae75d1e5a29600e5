// On the pages of asking and offering: brings back what was written without internet. Nothing is sent by itself.
"use strict";

const notices = document.querySelector("[data-kept]");
const form = document.querySelector("main form.form[method=post]");
const part = (name) => notices.querySelector(`[data-kept-is="${name}"]`);
const is = (name) => {
  notices.hidden = false;
  part(name).hidden = false;
  return part(name);
};

// Puts values in the fields that have these names; says whether there were any.
const refill = (fields) => {
  const values = new Map();
  for (const [name, value] of fields) {
    values.set(name, [...(values.get(name) || []), value]);
  }
  const seen = new Map();
  let found = false;
  for (const control of form.querySelectorAll("input, select, textarea")) {
    if (!control.name || control.name === "csrf_token" || control.type === "hidden") {
      continue;
    }
    const given = values.get(control.name);
    found = found || Boolean(given);
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = Boolean(given) && given.includes(control.value);
    } else {
      const at = seen.get(control.name) || 0;
      seen.set(control.name, at + 1);
      control.value = (given && given[at]) || "";
    }
    if (given && control.closest("details")) {
      control.closest("details").open = true;
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return found;
};

const hidden = (name, value) => {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
};

// An offer brings its earlier answers along, so its page comes from the server, with everything filled in.
const leadOn = (row, step) => {
  const further = is("further").querySelector("form");
  further.action = Kept.address(row);
  further.append(
    hidden("csrf_token", form.elements.csrf_token.value),
    ...row.fields.filter(([name]) => name !== "to" && name !== "language").map(([name, value]) => hidden(name, value)),
    hidden("to", step),
  );
};

const bringBack = (row) => {
  const step = new Map(row.fields).get("step");
  const shown = form.elements.step ? form.elements.step.value : undefined;
  if (step !== shown) {
    leadOn(row, step);
  } else if (refill(row.fields)) {
    form.action = Kept.address(row); // so that the service worker knows what was sent
    is("restored");
  }
};

const offer = (row) => {
  const waiting = is("waiting");
  waiting.querySelector("[data-kept-open]").href = Kept.address(row);
  waiting.querySelector("[data-kept-throw]").addEventListener("click", async () => {
    await Kept.remove(row.id);
    notices.hidden = true;
    document.getElementById("main").focus();
  });
};

// Only where the address speaks of it: another person at this device is not shown a stranger's words.
const wanted = Kept.named(location.search);
let storable = true;
if (form && notices) {
  Kept.all().then(
    (rows) => {
      const row = rows.find((one) => one.id === wanted);
      const family = location.pathname.split("/").slice(0, 3).join("/");
      const other = rows.find((one) => `${one.page}/`.replace("?", "/").startsWith(`${family}/`));
      if (row) {
        bringBack(row);
      } else if (other && !wanted) {
        offer(other);
      }
    },
    () => {
      storable = false;
    },
  );
  // Where nothing would be kept, the page with the words stays open.
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine && !(storable && navigator.serviceWorker && navigator.serviceWorker.controller)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      is("stay").focus();
    }
  });
}
