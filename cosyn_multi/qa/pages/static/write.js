// Writing: what is typed is kept on the server before the page says so, and in this browser until then.
"use strict";

const form = document.getElementById("writing");
const fields = { question: form.elements.question, answer: form.elements.answer };
const kept = document.getElementById("kept");
const STORE = `cosyn-multi-qa-${form.elements.id.value}`;
const SOON_MS = 350;
const AGAIN_MS = 3000;
const BEAT_MS = 20000;
const IDLE_MS = 60000;
let timer = 0;
let sending = null;
let stopped = false; // another window has changed the text: nothing is sent until the person has chosen
let sent = texts();
let lastSign = Date.now();

function texts() { return { question: fields.question.value, answer: fields.answer.value }; }
function same(a, b) { return a.question === b.question && a.answer === b.answer; }
function tell(text, late = false) { kept.textContent = text; kept.classList.toggle("late", late); }

function stash() { try { localStorage.setItem(STORE, JSON.stringify(texts())); } catch { /* private window: the server alone keeps it */ } }
function unstash() { try { localStorage.removeItem(STORE); } catch { /* as above */ } }

function body(more = {}) {
  const data = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries({ ...texts(), ...more })) data.set(name, value);
  return data;
}

async function post(path, more) {
  const answer = await fetch(path, { method: "POST", body: body(more), headers: { accept: "application/json" } });
  if (answer.status === 401) { location.href = `/name?next=${encodeURIComponent(location.pathname)}`; throw new Error("no name"); }
  return { status: answer.status, told: await answer.json().catch(() => ({ fault: `the server answered ${answer.status}` })) };
}

// One request at a time: each carries the revision that the one before it brought.
function inTurn(path, more) {
  const before = sending ?? Promise.resolve();
  const run = before.catch(() => {}).then(() => now(path, more));
  sending = run;
  return run.finally(() => { if (sending === run) sending = null; });
}

async function now(path, more) {
  clearTimeout(timer);
  const carried = texts();
  const worked = form.elements.worked.value;
  let found;
  try { found = await post(path, more); } catch (error) {
    tell("Not kept yet: the server doesn't answer. Your text is safe in this browser and is sent again.", true);
    timer = setTimeout(() => keep(), AGAIN_MS);
    throw error;
  }
  if (found.status === 409) { conflict(found.told.now); throw new Error("changed elsewhere"); }
  if (found.status === 423) { held(found.told.fault); throw new Error("held"); }
  if (found.status >= 400) { tell(`Not kept: ${found.told.fault ?? "the server refused it"}`, true); throw new Error("refused"); }
  sent = carried;
  form.elements.worked.value = String(Math.max(0, Number(form.elements.worked.value) - Number(worked)));
  if (found.told.revision !== undefined) form.elements.revision.value = found.told.revision;
  if (same(carried, texts())) { unstash(); tell("Everything is kept"); } else soon();
  return found.told;
}

function keep() {
  if (stopped) return Promise.resolve();
  return inTurn("/keep", {}).then((told) => {
    hint(told.hints ?? []);
    if (told.holder !== undefined) held(told.holder === document.querySelector(".who bdi").textContent ? "" : `${told.holder} took this set over. Your text is kept.`);
  }).catch(() => {});
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(keep, SOON_MS);
}

function hint(all) {
  const list = document.getElementById("hints");
  if (all.join("\n") === [...list.children].map((li) => li.textContent).join("\n")) return;
  list.replaceChildren(...all.map((text) => { const li = document.createElement("li"); li.textContent = text; return li; }));
}

function held(said) {
  document.getElementById("taken").hidden = !said;
  document.getElementById("taken-said").textContent = said;
}

function conflict(theirs) {
  stopped = true;
  tell("Not kept: another window has changed this question", true);
  document.getElementById("theirs").textContent = `There it reads: ${theirs.question || "(no question)"} / ${theirs.answer || "(no answer)"}`;
  document.getElementById("elsewhere").hidden = false;
  const go = (take) => () => {
    document.getElementById("elsewhere").hidden = true;
    form.elements.revision.value = theirs.revision;
    if (take) { fields.question.value = theirs.question; fields.answer.value = theirs.answer; }
    stopped = false;
    keep();
  };
  document.getElementById("use-theirs").onclick = go(true);
  document.getElementById("use-mine").onclick = go(false);
}

for (const field of Object.values(fields)) {
  field.addEventListener("input", () => { stash(); tell("..."); soon(); });
}

// Signs of life: they renew the hold on the set and count the time that was worked.
for (const event of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"]) addEventListener(event, () => { lastSign = Date.now(); }, { passive: true, capture: true });
setInterval(() => { if (!document.hidden && Date.now() - lastSign < IDLE_MS) form.elements.worked.value = String(Number(form.elements.worked.value) + 1); }, 1000);
setInterval(() => { if (Number(form.elements.worked.value) > 0 || !same(sent, texts())) keep(); }, BEAT_MS);
addEventListener("pagehide", () => { if (!stopped && (!same(sent, texts()) || Number(form.elements.worked.value) > 0)) navigator.sendBeacon("/keep", body()); });

// What this browser holds and the server hasn't got: the line was cut, or the server was stopped, before it was sent.
try {
  const stashed = JSON.parse(localStorage.getItem(STORE) ?? "null");
  if (stashed && !same(stashed, texts())) {
    fields.question.value = stashed.question;
    fields.answer.value = stashed.answer;
    tell("Taken from this browser: it wasn't kept before");
    soon();
  }
} catch { /* no storage here */ }

// Drafts ---------------------------------------------------------------------------------------------------------------

const talk = document.getElementById("talk");
const waits = document.getElementById("waits");
const POLL_MS = 700;

function line(tag, className, ...texts_) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const text of texts_) {
    if (typeof text === "string") { const bdi = document.createElement("bdi"); bdi.textContent = text; made.append(bdi); } else made.append(text);
  }
  return made;
}

function drawn(turn) {
  const made = line("article", `turn ${turn.state}`);
  if (turn.said) made.append(line("p", "said-by", document.createTextNode("You: "), turn.said));
  if (turn.state === "there") {
    made.append(line("p", "drafted", turn.answer || "(an empty answer)"));
    if (turn.remark) made.append(line("p", "muted", turn.remark));
    const take = document.createElement("button");
    take.type = "button";
    take.className = "plain";
    take.append("Take it ");
    take.addEventListener("click", () => takeDraft(turn.seq));
    made.append(take);
  } else if (turn.state === "waiting") {
    made.append(line("p", "muted", document.createTextNode("The model is writing. Go on meanwhile: the draft waits for you.")));
  } else {
    const why = turn.state === "refused" ? "The model declined. Write the answer yourself, or ask in other words. " : "No draft came. Ask again, or write the answer yourself. ";
    made.append(line("p", "outcome off", document.createTextNode(why), turn.detail));
  }
  return made;
}

function showTalk(turns) {
  if (!talk) return;
  talk.replaceChildren(...turns.map(drawn));
  const buttons = talk.querySelectorAll("button");
  const last = buttons[buttons.length - 1];
  if (last) { const key = document.createElement("kbd"); key.textContent = "t"; last.append(key); last.dataset.key = "t"; }
  document.getElementById("say-more").hidden = turns.length === 0;
  const open = turns.find((turn) => turn.state === "waiting");
  document.getElementById("draft").disabled = Boolean(open);
  if (open) { waitFor(open); } else waits.textContent = "";
}

function waitFor(turn) {
  clearTimeout(waitFor.timer);
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - turn.since_s));
  waits.textContent = seconds < 2 ? "asked" : `asked ${seconds} s ago`;
  waitFor.timer = setTimeout(async () => {
    try {
      const answer = await fetch(`/talk/${form.elements.id.value}`, { headers: { accept: "application/json" } });
      const told = await answer.json();
      const open = told.turns.find((t) => t.state === "waiting");
      if (open) waitFor(open); else { showTalk(told.turns); say(told.turns.at(-1).state === "there" ? "A draft is there" : "No draft came"); }
    } catch { waitFor(turn); }
  }, POLL_MS);
}

async function ask(said) {
  if (!fields.question.value.trim()) { say("Write the question first"); fields.question.focus(); return; }
  try {
    const told = await inTurn("/ask", { said });
    if (form.elements.said) form.elements.said.value = "";
    showTalk(told.turns);
  } catch { /* told already */ }
}

async function takeDraft(turn) {
  try {
    const told = await inTurn("/take", { turn });
    fields.answer.value = told.answer;
    sent = texts();
    unstash();
    tell("Everything is kept");
    fields.answer.focus();
  } catch { /* told already */ }
}

// The rules stay folded for who has folded them.
const rules = document.getElementById("rules");
try { rules.open = localStorage.getItem("cosyn-multi-qa-rules") !== "folded"; } catch { /* open, then */ }
rules.addEventListener("toggle", () => { try { localStorage.setItem("cosyn-multi-qa-rules", rules.open ? "open" : "folded"); } catch { /* for now only */ } });

// Buttons and keys -----------------------------------------------------------------------------------------------------

async function submit(again) {
  for (const [name, field] of Object.entries(fields)) {
    if (!field.value.trim()) { say(`The ${name} is empty`); field.focus(); return; }
  }
  try {
    const told = await inTurn("/submit", again ? { again: "1" } : {});
    sent = texts();
    unstash();
    form.elements.worked.value = "0";
    location.href = told.to;
    if (told.to === location.pathname) location.reload();
  } catch { /* told already */ }
}

form.addEventListener("submit", (event) => {
  const by = event.submitter;
  if (by?.getAttribute("formaction") === "/hold") return; // goes as it is: the set alone is sent for
  event.preventDefault();
  if (by?.getAttribute("formaction") === "/ask") ask(by.id === "draft" ? "" : form.elements.said.value.trim());
  else submit(by?.name === "again");
});
form.elements.said?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") { event.preventDefault(); ask(form.elements.said.value.trim()); }
});
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  if (event.target === fields.question && talk) { event.preventDefault(); ask(""); }
  if (event.target === fields.answer) { event.preventDefault(); submit(false); }
});
document.getElementById("skipping").addEventListener("toggle", (event) => { if (event.currentTarget.open) event.currentTarget.querySelector("input[type=radio]").focus(); });
document.getElementById("skip").addEventListener("submit", (event) => {
  if (same(sent, texts())) return;
  event.preventDefault();
  keep().then(() => event.target.submit());
});

showTalk(JSON.parse(form.dataset.turns));
