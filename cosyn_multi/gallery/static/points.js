// Samples beside the pictures: under the pointer or with the focus, one shows the points that its target holds. The
// button "Points" takes all of them away, to see what is beneath.
"use strict";

const toggle = document.getElementById("points");

function showPoints(key) {
  light(toggle.getAttribute("aria-pressed") === "true" ? data.questions[key] : NONE);
}

for (const sample of document.querySelectorAll(".sample")) {
  for (const begins of ["mouseenter", "focus"]) sample.addEventListener(begins, () => showPoints(sample.dataset.sample));
  for (const ends of ["mouseleave", "blur"]) sample.addEventListener(ends, () => showPoints("1"));
}
toggle.addEventListener("click", (event) => {
  event.stopPropagation(); // a click on the set's own part shows its points
  toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
  showPoints("1");
});
