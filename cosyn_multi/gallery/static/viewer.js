// The pictures: the whole set in view at first, zoom and pan, and boxes over what is read. Boxes stand in percent of
// the picture, so they follow every zoom.
"use strict";

const MOST = 12;
const STEP = 1.25;
const panes = document.getElementById("panes");
const figures = [...panes.querySelectorAll(".pane")].map((pane) => ({
  pane, image: pane.dataset.image, width: +pane.dataset.width, height: +pane.dataset.height,
  viewport: pane.querySelector(".viewport"), stage: pane.querySelector(".stage"), boxes: pane.querySelector(".boxes"),
}));
const data = JSON.parse(document.getElementById("page-data").textContent);
const view = { zoom: 1, solo: "0" };

const shownFigures = () => figures.filter((f) => view.solo === "0" || f.image === view.solo);

function fitOf(figure, width, height) {
  return Math.min(1, width / figure.width, height / figure.height);
}

function bestColumns(shown, width, height) {
  const areaFor = (columns) => {
    const rows = Math.ceil(shown.length / columns);
    const cell = [width / columns - 10, height / rows - 34];
    return shown.reduce((sum, f) => sum + (fitOf(f, ...cell) ** 2) * f.width * f.height, 0);
  };
  return shown.map((_, i) => i + 1).reduce((best, c) => (areaFor(c) > areaFor(best) * 1.001 ? c : best), 1);
}

// Lay the panes out and give every picture its size; `keep` holds what is in the middle of each viewport there.
function lay(keep = true) {
  const middles = figures.map((f) => [
    (f.viewport.scrollLeft + f.viewport.clientWidth / 2) / (f.stage.offsetWidth || 1),
    (f.viewport.scrollTop + f.viewport.clientHeight / 2) / (f.stage.offsetHeight || 1),
  ]);
  const shown = shownFigures();
  figures.forEach((f) => { f.pane.hidden = !shown.includes(f); });
  const columns = bestColumns(shown, panes.clientWidth, panes.clientHeight);
  panes.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  panes.style.gridTemplateRows = `repeat(${Math.ceil(shown.length / columns)}, minmax(0, 1fr))`;
  for (const f of shown) { // sizes are taken without scroll bars, which the picture of before may have needed
    f.stage.style.width = f.stage.style.height = "0";
  }
  for (const f of shown) {
    f.fit = fitOf(f, f.viewport.clientWidth, f.viewport.clientHeight);
    f.space = [f.viewport.clientWidth, f.viewport.clientHeight];
  }
  for (const f of shown) {
    f.stage.style.width = `${f.width * f.fit * view.zoom}px`;
    f.stage.style.height = `${f.height * f.fit * view.zoom}px`;
    f.viewport.classList.toggle("zoomed", view.zoom > 1);
    if (keep) centre(f, middles[figures.indexOf(f)]);
  }
  document.getElementById("scale").textContent = `${Math.round((shown[0]?.fit ?? 1) * view.zoom * 100)} %`;
}

function centre(figure, [x, y]) {
  figure.viewport.scrollLeft = x * figure.stage.offsetWidth - figure.viewport.clientWidth / 2;
  figure.viewport.scrollTop = y * figure.stage.offsetHeight - figure.viewport.clientHeight / 2;
}

function zoomTo(zoom) {
  view.zoom = Math.min(MOST, Math.max(1, zoom));
  lay();
}

function showAlone(image) {
  view.solo = view.solo === image ? "0" : image;
  document.querySelectorAll("[data-solo]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.solo === view.solo)));
  view.zoom = 1;
  lay(false);
}

// Boxes ---------------------------------------------------------------------------------------------------------------

function draw(figure, ref, kind) {
  for (const [x0, y0, x1, y1] of data.boxes[ref] ?? []) {
    const box = document.createElement("div");
    box.className = `box ${kind}`;
    box.dataset.ref = ref;
    box.style.left = `${(x0 / figure.width) * 100}%`;
    box.style.top = `${(y0 / figure.height) * 100}%`;
    box.style.width = `${((x1 - x0) / figure.width) * 100}%`;
    box.style.height = `${((y1 - y0) / figure.height) * 100}%`;
    figure.boxes.append(box);
  }
}

function mark([image, x, y]) {
  const point = document.createElement("div");
  point.className = "point";
  point.style.left = `${x / 10}%`;
  point.style.top = `${y / 10}%`;
  figures.find((f) => f.image === String(image))?.boxes.append(point);
}

const figureOf = (ref) => figures.find((f) => ref.startsWith(`image${f.image}:`));
let lit = { evidence: [], keys: [] };
let everything = false;

// Light up evidence and its keys, in the pictures and in the tables.
function light(what) {
  lit = what;
  figures.forEach((f) => { f.boxes.replaceChildren(); f.pane.classList.remove("needed"); });
  if (everything) for (const ref of Object.keys(data.boxes)) draw(figureOf(ref), ref, "every");
  for (const [kind, refs] of [["key", what.keys], ["lit", what.evidence]]) {
    for (const ref of refs) {
      const figure = figureOf(ref);
      if (!figure) continue;
      draw(figure, ref, kind);
      if (kind === "lit") figure.pane.classList.add("needed");
    }
  }
  for (const point of what.points ?? []) mark(point);
  document.querySelectorAll(".sheet .lit").forEach((cell) => cell.classList.remove("lit"));
  for (const ref of what.evidence) cellOf(ref)?.classList.add("lit");
}

function cellOf(ref) {
  return document.querySelector(`.sheet [data-ref="${CSS.escape(ref)}"]`);
}

// Bring boxes into view, large enough to be read.
function jumpTo(refs) {
  const wanted = refs.filter((ref) => data.boxes[ref] && figureOf(ref));
  if (view.solo !== "0" && !wanted.some((ref) => figureOf(ref).image === view.solo)) showAlone("0");
  const shown = wanted.filter((ref) => !figureOf(ref).pane.hidden);
  const tall = shown.map((ref) => (data.boxes[ref][0][3] - data.boxes[ref][0][1]) * figureOf(ref).fit);
  const least = Math.min(...tall, 99);
  if (least * view.zoom < 9) zoomTo(Math.min(4, 13 / Math.max(least, 1)));
  for (const figure of figures) {
    const own = shown.filter((ref) => figureOf(ref) === figure);
    if (!own.length) continue;
    const [x0, y0, x1, y1] = data.boxes[own[0]][0];
    centre(figure, [(x0 + x1) / 2 / figure.width, (y0 + y1) / 2 / figure.height]);
    figure.boxes.querySelectorAll(".lit").forEach((box) => box.classList.toggle("now", box.dataset.ref === own[0]));
  }
  if (matchMedia("(max-width: 860px)").matches) panes.scrollIntoView({ block: "nearest" });
}

// The smallest box under a point of a picture, if any.
function refAt(figure, event) {
  const place = figure.stage.getBoundingClientRect();
  const x = ((event.clientX - place.left) / place.width) * figure.width;
  const y = ((event.clientY - place.top) / place.height) * figure.height;
  let best = null;
  for (const [ref, boxes] of Object.entries(data.boxes)) {
    if (!ref.startsWith(`image${figure.image}:`)) continue;
    for (const [x0, y0, x1, y1] of boxes) {
      const area = (x1 - x0) * (y1 - y0);
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1 && (!best || area < best.area)) best = { ref, area };
    }
  }
  return best?.ref ?? null;
}

// Pointer -------------------------------------------------------------------------------------------------------------

for (const figure of figures) {
  const { viewport } = figure;
  let from = null;
  viewport.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType !== "mouse") return;
    from = { x: event.clientX, y: event.clientY, left: viewport.scrollLeft, top: viewport.scrollTop, moved: false };
    viewport.setPointerCapture(event.pointerId);
  });
  viewport.addEventListener("pointermove", (event) => {
    if (!from) return;
    from.moved ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4;
    if (!from.moved) return;
    viewport.classList.add("dragging");
    viewport.scrollLeft = from.left - (event.clientX - from.x);
    viewport.scrollTop = from.top - (event.clientY - from.y);
  });
  const end = () => { viewport.classList.remove("dragging"); setTimeout(() => { from = null; }); };
  viewport.addEventListener("pointerup", end);
  viewport.addEventListener("pointercancel", end);
  viewport.addEventListener("click", (event) => {
    if (from?.moved) return;
    const ref = refAt(figure, event);
    if (ref) document.dispatchEvent(new CustomEvent("box", { detail: ref }));
  });
  viewport.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const place = figure.stage.getBoundingClientRect();
    const at = [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height];
    zoomTo(view.zoom * (event.deltaY < 0 ? STEP : 1 / STEP));
    const frame = viewport.getBoundingClientRect();
    viewport.scrollLeft = at[0] * figure.stage.offsetWidth - (event.clientX - frame.left);
    viewport.scrollTop = at[1] * figure.stage.offsetHeight - (event.clientY - frame.top);
  }, { passive: false });
}

document.getElementById("larger").addEventListener("click", () => zoomTo(view.zoom * STEP));
document.getElementById("smaller").addEventListener("click", () => zoomTo(view.zoom / STEP));
document.getElementById("fit").addEventListener("click", () => zoomTo(1));
document.getElementById("natural").addEventListener("click", () => zoomTo(1 / (shownFigures()[0].fit || 1)));
document.getElementById("outline").addEventListener("click", (event) => {
  everything = !everything;
  event.currentTarget.setAttribute("aria-pressed", String(everything));
  light(lit);
});
document.querySelectorAll("[data-solo]").forEach((b) => b.addEventListener("click", () => showAlone(b.dataset.solo)));
new ResizeObserver(() => lay()).observe(panes);
lay(false);
