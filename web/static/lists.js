// Lists that htmx refreshes in place: what it says when that fails, and where the focus goes.
"use strict";

const failed = document.querySelector("[data-live-failed]");

// Signed out meanwhile, moved, or a field that is not right: that is a page of its own.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { serverResponse: page, xhr } = event.detail;
  if (xhr.status < 400 && (!page.includes('id="found"') || page.includes('aria-invalid="true"'))) {
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  }
});

document.body.addEventListener("htmx:beforeRequest", () => {
  failed.textContent = "";
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, () => {
    const words = document.createElement("p");
    words.className = "live__failed";
    words.textContent = failed.dataset.liveFailed;
    failed.replaceChildren(words);
    failed.scrollIntoView({ block: "nearest" }); // the links to other pages stand far below it
  });
}

// Another page of the list replaces the link that was followed: go on at the top of the list.
document.body.addEventListener("htmx:afterSettle", (event) => {
  const { elt } = event.detail.requestConfig || {};
  const list = document.getElementById("found");
  if (elt && elt.closest(".pagination") && list) {
    list.focus({ preventScroll: true });
    document.getElementById("count").scrollIntoView();
  }
});
