// Single keys: whatever on the page carries data-key is clicked, or focused if it is a text field, when its key is
// pressed outside a text field. The current question's own controls come first. The help page can turn them off.
"use strict";

document.documentElement.classList.add("scripted");

const STORED = "cosyn-multi-single-keys";

function isTyping(target) {
  return target.closest("input:not([type=checkbox]), textarea, select") !== null;
}

function shownFor(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((el) => el.getClientRects().length);
  return all.find((el) => el.closest(".question.current")) || all.find((el) => !el.closest(".question")) || null;
}

function keysAreOn() {
  try { return localStorage.getItem(STORED) !== "off"; } catch { return true; }
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") { event.target.blur(); event.preventDefault(); }
    return;
  }
  if (!keysAreOn() || document.querySelector("dialog[open]") || event.key.length > 1) return;
  const found = shownFor(event.key.toLowerCase());
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) { found.focus(); found.select(); }
  else if (found.matches("textarea")) { found.focus(); found.setSelectionRange(found.value.length, found.value.length); }
  else found.click();
}

function say(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, 2500);
}

document.addEventListener("keydown", press);
const help = document.getElementById("help");
document.getElementById("help-button").addEventListener("click", () => help.showModal());
const single = document.getElementById("single-keys");
single.checked = keysAreOn();
single.addEventListener("change", () => { try { localStorage.setItem(STORED, single.checked ? "on" : "off"); } catch { /* private window: on for now */ } });
