// The page without internet: says what became of what was written, and leads back to it.
"use strict";

const here = document.querySelector("[data-offline-page]");
const given = new URLSearchParams(location.search);
const tryAgain = here.querySelector("[data-try]");
const goBack = here.querySelector("[data-go-back]");
const throwAway = here.querySelector("[data-throw]");

const show = (what) => {
  for (const part of here.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== what;
  }
  tryAgain.hidden = what === "lost" || what === "unsent" || what === "thrown";
  goBack.hidden = what !== "lost" && what !== "unsent";
  throwAway.hidden = what !== "kept";
};

goBack.addEventListener("click", () => history.back());
window.addEventListener("online", () => {
  const line = here.querySelector("[data-back-online]");
  line.textContent = line.dataset.backOnline;
});

if (given.has("unsent")) {
  show("unsent");
} else if (given.has("lost")) {
  show("lost");
} else if (Kept.named(location.search)) {
  Kept.get(Kept.named(location.search)).then(
    (row) => {
      if (!row) {
        return;
      }
      tryAgain.href = Kept.address(row);
      show("kept");
      throwAway.addEventListener("click", async () => {
        await Kept.remove(row.id);
        show("thrown");
        here.querySelector("[data-focus-here]").focus();
      });
    },
    () => show("lost"),
  );
}
