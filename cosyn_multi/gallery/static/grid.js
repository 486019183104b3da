// The grid: a phone begins with the filter folded; the count of what is indexed goes on while the page is open.
"use strict";

if (matchMedia("(max-width: 860px)").matches) document.getElementById("filters").open = false;

const indexing = document.getElementById("indexing");
async function follow() {
  const answer = await fetch("/indexed").then((r) => r.json()).catch(() => null);
  if (!answer) return;
  document.getElementById("indexed").textContent = answer.indexed.toLocaleString("en");
  if (answer.indexed < answer.total) setTimeout(follow, 1000);
  else indexing.textContent = "All sets are indexed: load the page again for all names in the filter.";
}
if (indexing) setTimeout(follow, 500);
