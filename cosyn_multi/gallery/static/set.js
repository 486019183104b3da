// Questions, tables and verdicts beside the pictures.
"use strict";

const NONE = { evidence: [], keys: [] };
const questions = [...document.querySelectorAll(".question")];
const lightsOf = (question) => (question && data.questions[question.dataset.number]) || NONE;
let current = questions.find((q) => `#q${q.dataset.number}` === location.hash)
  || questions.find((q) => !q.classList.contains("unfitting")) || questions[0] || null;

function choose(question, focus) {
  if (!question) return;
  current?.classList.remove("current");
  current = question;
  current.classList.add("current", "opened"); // opened stays: what is above the pointer must not fold away under it
  light(lightsOf(current));
  if (focus) { current.focus({ preventScroll: true }); current.scrollIntoView({ block: "nearest" }); }
}

for (const question of questions) {
  question.addEventListener("mouseenter", () => light(lightsOf(question)));
  question.addEventListener("mouseleave", () => light(lightsOf(current)));
  question.addEventListener("click", (event) => { if (!event.target.closest("summary, [data-jump]")) choose(question); });
  question.addEventListener("focusin", () => choose(question));
  question.querySelector("[data-jump]")?.addEventListener("click", () => jump(question));
  for (const button of question.querySelectorAll(".ref")) {
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      choose(question);
      light({ evidence: [button.dataset.ref], keys: lightsOf(question).keys });
      jumpTo([button.dataset.ref]);
    });
  }
}

function jump(question) {
  choose(question);
  jumpTo(lightsOf(question).evidence);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const step = keysAreOn() ? { j: 1, k: -1 }[event.key] : 0;
  if (step && questions.length > 1) {
    openTab("questions");
    const at = questions.indexOf(current) + step;
    choose(questions[Math.min(questions.length - 1, Math.max(0, at))], true);
  } else if (event.key === "Enter" && current && (event.target === current || event.target === document.body)) {
    jump(current);
  }
});

// Tabs ----------------------------------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll('[role="tab"]')];

function openTab(name) {
  for (const tab of tabs) {
    const chosen = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
  }
}

tabs.forEach((tab, at) => {
  tab.addEventListener("click", () => openTab(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(at + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
});
if (tabs.length) openTab("questions");

// Tables: a cell and its box --------------------------------------------------------------------------------------------

for (const grid of document.querySelectorAll("[data-grid]")) {
  const rows = [...grid.tBodies[0].rows].map((row) => [...row.cells]);
  if (rows[0]?.[0]) rows[0][0].tabIndex = 0;
  rows.forEach((cells, r) => cells.forEach((cell, c) => {
    const show = () => light({ evidence: [cell.dataset.ref], keys: [] });
    cell.addEventListener("mouseenter", show);
    cell.addEventListener("focus", () => { show(); jumpTo([cell.dataset.ref]); });
    cell.addEventListener("click", () => cell.focus());
    cell.addEventListener("keydown", (event) => {
      const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
      const next = rows[r + down]?.[c + right];
      if (!next || (!down && !right)) return;
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }));
  grid.addEventListener("mouseleave", () => light(lightsOf(current)));
}

document.addEventListener("box", (event) => {
  const cell = cellOf(event.detail);
  light({ evidence: [event.detail], keys: [] });
  if (!cell || !tabs.length) return;
  openTab("tables");
  cell.scrollIntoView({ block: "center", inline: "nearest" });
});

// Verdicts: stored at once, without leaving the page ------------------------------------------------------------------

async function send(form, verdict) {
  const body = new URLSearchParams(new FormData(form));
  body.set("verdict", verdict);
  const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
  if (answer.status === 401) { location.href = `/name?next=${encodeURIComponent(location.pathname + location.search)}`; return; }
  const stored = await answer.json().catch(() => ({ fault: `not stored: the gallery answered ${answer.status}` }));
  if (!answer.ok) { say(stored.fault ?? "not stored"); return; }
  shown(form, stored.verdict);
}

function shown(form, verdict) {
  const question = form.closest(".question");
  let label = "";
  for (const button of form.querySelectorAll(".verdict")) {
    const on = button.value === verdict;
    button.setAttribute("aria-pressed", String(on));
    if (on) label = button.firstChild.textContent.trim().toLowerCase();
  }
  form.querySelector("[data-save]").value = verdict;
  form.querySelector("[data-clear]").hidden = !verdict;
  const mark = document.createElement("span");
  mark.className = `mark ${verdict}`;
  mark.textContent = label;
  question.querySelector(".state").replaceChildren(...(verdict ? [mark] : []));
  say(`${question.dataset.name ?? `Question ${question.dataset.number}`}: ${label || "no verdict"}`);
}

for (const form of document.querySelectorAll(".verdicts")) {
  if (document.body.classList.contains("blind-view")) break; // there, the verdict leads on to the next question
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter?.value ?? "").catch(() => say("not stored: the gallery doesn't answer"));
  });
}

if (current) choose(current);
if (location.hash && current) current.scrollIntoView({ block: "start" });
