// The preview page: asks for the state a few times a second and shows it. Texts are set as text, never as markup.
"use strict";
const byId = (id) => document.getElementById(id);
let seen = "";

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function list(heading, lines, kind) {
  const box = document.createDocumentFragment();
  if (!lines.length) return box;
  box.append(element("p", `${heading} (${lines.length})`, kind));
  const made = element("ul");
  for (const line of lines.slice(0, 30)) made.append(element("li", line));
  box.append(made);
  return box;
}

function overlay(proof) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 ${proof.width} ${proof.height}`);
  svg.setAttribute("aria-hidden", "true");
  for (const mark of proof.marks) {
    const rect = document.createElementNS(space, "rect");
    for (const name of ["x", "y", "width", "height"]) rect.setAttribute(name, mark[name].toFixed(1));
    if (mark.fault) rect.setAttribute("class", "faulty");
    const title = document.createElementNS(space, "title");
    title.textContent = `${mark.ref}: ${mark.shown}${mark.fault ? ` (${mark.fault})` : ""}`;
    rect.append(title);
    svg.append(rect);
  }
  return svg;
}

function card(proof, version) {
  const made = element("section", "", !proof.good ? "proof failing" : "proof");
  made.append(element("h2", `seed ${proof.seed}, ${proof.locale}: ${proof.what || "no view"}, ${proof.seconds} s`));
  if (proof.skipped) made.append(element("p", `not drawn: ${proof.skipped}`, "quiet"));
  if (proof.width) {
    const picture = element("div", "", "picture");
    const img = element("img");
    img.src = `/picture/${proof.seed}/${proof.locale}.png?${version}`;
    img.alt = proof.title;
    img.width = proof.width;
    img.height = proof.height;
    picture.append(img, overlay(proof));
    made.append(picture);
  }
  made.append(list("Can't be read", proof.unread, "bad"), list("Wrong", proof.faults, "bad"));
  return made;
}

function show(state) {
  const failing = state.proofs.filter((p) => !p.good).length;
  byId("about").textContent = state.about || "Template preview";
  byId("error").textContent = state.error;
  const said = failing ? `${failing} of ${state.proofs.length} pictures have faults` : `${state.proofs.length} pictures, no fault`;
  byId("status").textContent = state.error ? "can't be drawn" : state.drawing ? `drawing: ${state.proofs.length} of 6` : said;
  byId("status").className = state.error || failing ? "bad" : state.drawing ? "quiet" : "good";
  byId("proofs").replaceChildren(...state.proofs.map((p) => card(p, state.version)));
}

async function ask() {
  try {
    const answer = await fetch(`/state?seen=${seen}`);
    if (answer.status === 200) {
      const state = await answer.json();
      seen = state.version;
      show(state);
    }
  } catch {
    byId("status").textContent = "the preview was ended";
    byId("status").className = "bad";
  }
  setTimeout(ask, 300);
}

byId("boxes").addEventListener("click", (event) => {
  const bare = document.body.classList.toggle("bare");
  event.currentTarget.setAttribute("aria-pressed", String(!bare));
});
ask();
