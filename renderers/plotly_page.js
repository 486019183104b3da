// In-page part of the plotly renderer: draws one figure and reports what stands where, in CSS pixels of the page.
// Everything is taken from the drawn SVG; plotly's own state only tells which trace, axis or legend item an element
// belongs to, and how an axis maps pixels to values.
(() => {
  const TEXT_KINDS = [
    ["gtitle", "title"], ["gtitle-subtitle", "subtitle"], ["legendtext", "legend"], ["legendtitletext", "legend_title"],
    ["annotation-text", "annotation"], ["bartext", "mark"], ["slicetext", "mark"], ["heatmap-label", "mark"],
  ];

  const place = (m, x, y) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f];

  // Four corners of an element's own box, turned with it, clockwise from its top left.
  function quad(element, box) {
    const b = box || element.getBBox(), m = element.getScreenCTM();
    return [[b.x, b.y], [b.x + b.width, b.y], [b.x + b.width, b.y + b.height], [b.x, b.y + b.height]]
      .map(([x, y]) => place(m, x, y));
  }

  function shown(element) {
    for (let e = element; e && e.tagName !== "BODY"; e = e.parentElement) {
      const s = getComputedStyle(e);
      if (s.display === "none" || s.visibility === "hidden" || Number(s.opacity) === 0) return false;
    }
    return true;
  }

  // The rectangles that cut an element, as [x0, y0, x1, y1]: the clip paths of its ancestors.
  function clips(element) {
    const found = [];
    for (let e = element; e instanceof SVGElement; e = e.parentElement) {
      const id = /url\(["']?#([^"')]+)/.exec(e.getAttribute("clip-path") || "");
      const rect = id && document.getElementById(id[1])?.querySelector("rect");
      if (rect) {
        const m = e.getScreenCTM(), v = (n) => rect[n].baseVal.value;
        found.push([...place(m, v("x"), v("y")), ...place(m, v("x") + v("width"), v("y") + v("height"))]);
      }
    }
    return found;
  }

  // Plotly draws a line break as one tspan.line per line.
  function lines(text) {
    const parts = [...text.querySelectorAll("tspan.line")];
    return (parts.length ? parts : [text]).map((e) => e.textContent);
  }

  function words(text) {
    const out = [], walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      for (const match of node.data.matchAll(/[^\s\u00a0\u202f]+/g)) {
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        const r = range.getBoundingClientRect();
        out.push([match[0], r.left, r.top, r.right, r.bottom]);
      }
    }
    return out;
  }

  function kindOf(text) {
    for (const [name, kind] of TEXT_KINDS) if (text.classList.contains(name)) return kind;
    const tick = text.closest("g[class$=tick]");
    if (tick) return "tick";
    if (text.closest(".slicetext, .textpoint, .heatmap-label, .point, .slice")) return "mark";
    return /^[xy]\d*title$/.test(text.classList[0] || "") ? "axis_title" : "other";
  }

  function describe(gd, text) {
    const style = getComputedStyle(text), m = text.getScreenCTM(), box = text.getBBox();
    const own = lines(text), scale = Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
    const kind = kindOf(text);
    return {
      kind, text: own.join("\n"), quad: quad(text, box), height: (box.height * scale) / own.length,
      font_px: parseFloat(style.fontSize) * scale, family: style.fontFamily, bold: Number(style.fontWeight) >= 600,
      italic: style.fontStyle === "italic", fill: style.fill, opacity: Number(style.fillOpacity) * Number(style.opacity),
      clips: clips(text), words: words(text), axis: "", at: null, value: null, ...(kind === "tick" ? tickOf(gd, text) : {}),
      ...(kind === "axis_title" ? { axis: text.classList[0].replace("title", "") } : {}),
    };
  }

  // Which axis a tick label belongs to, the pixel it stands at, and the value of that place (linear, also on log axes).
  function tickOf(gd, text) {
    const group = text.closest("g[class$=tick]"), id = /^([xy]\d*)tick/.exec(group.classList[0])?.[1];
    const a = id && gd._fullLayout[id[0] + "axis" + id.slice(1)];
    return a ? { axis: id, at: a._offset + a.l2p(group.__data__.x), value: a.type === "log" ? 10 ** group.__data__.x : group.__data__.x } : {};
  }

  function ends(d) {
    const points = [];
    let x = 0, y = 0;
    for (const [, command, rest] of d.matchAll(/([MLHVCQAZ])([^MLHVCQAZ]*)/g)) {
      const n = (rest.match(/-?[\d.]+(?:e-?\d+)?/g) || []).map(Number);
      if (command === "H") x = n[n.length - 1];
      else if (command === "V") y = n[n.length - 1];
      else if (command !== "Z") [x, y] = n.slice(-2);
      if (command !== "Z") points.push([x, y]);
    }
    return points;
  }

  // What a mark is known by: its fill, or the outline if that is what one sees.
  const filled = (style) => style.fill !== "none" && Number(style.fillOpacity) > 0;
  const outlined = (style) => style.stroke !== "none" && Number(style.strokeOpacity) > 0 && parseFloat(style.strokeWidth) >= 1.5;
  const colorOf = (style) => (filled(style) && !outlined(style) ? ofPattern(style.fill) : style.stroke);

  // A pattern is known by its ground, or by its lines where it has none.
  function ofPattern(fill) {
    const id = /url\(["']?#([^"')]+)/.exec(fill);
    const parts = id ? [...(document.getElementById(id[1])?.children || [])].map((e) => getComputedStyle(e)) : [];
    const ground = parts.find((s) => s.fill !== "none" && Number(s.fillOpacity) > 0) || parts[0];
    return !id ? fill : ground ? (ground.fill !== "none" ? ground.fill : ground.stroke) : "rgb(0, 0, 0)";
  }

  function pathMark(i, path, textOf) {
    const style = getComputedStyle(path), box = path.getBBox();
    const drawn = box.width > 0 && box.height > 0 && shown(path);
    return { i, quad: drawn ? quad(path, box) : null, color: colorOf(style), fill: style.fill, texts: textOf, clips: clips(path),
      opacity: Number(style.fillOpacity) * Number(style.opacity) };
  }

  function barMarks(group, cd, at) {
    return [...group.querySelectorAll("g.point")].map((g) => {
      const i = cd.indexOf(g.__data__), path = g.querySelector("path");
      return path && { ...pathMark(g.__data__.i ?? i, path, at(g)) };
    }).filter(Boolean);
  }

  // Vertices of the drawn line, then the drawn markers; each mark keeps whichever there is, markers first.
  function scatterMarks(group, cd, at) {
    const path = [...group.querySelectorAll(".lines path.js-line")];
    const m = path[0]?.getScreenCTM();
    const vertices = path.flatMap((p) => ends(p.getAttribute("d") || "")).map(([x, y]) => place(m, x, y));
    const marks = [...group.querySelectorAll(".points path.point")].map((p) => {
      const c = p.getScreenCTM();
      return { ...pathMark(p.__data__.i, p, []), at: [c.e, c.f] };
    });
    const texts = [...group.querySelectorAll(".textpoint")].map((g) => ({ i: g.__data__?.i ?? -1, texts: at(g) }));
    const fill = [...group.querySelectorAll(".fills path")].map((p) => getComputedStyle(p).fill);
    const line = path[0] && getComputedStyle(path[0]);
    return { vertices, marks, texts, line: line ? { color: line.stroke, width: parseFloat(line.strokeWidth) } : null, fill: fill[0] || "" };
  }

  // Angle of a slice from the chord of its outer arc.
  function sliceAngle(d) {
    let widest = null;
    for (const [, r, large, x, y] of d.matchAll(/a\s*([-\d.e]+)[ ,]+[-\d.e]+[ ,]+0[ ,]+([01])[ ,]+[01][ ,]+([-\d.e]+)[ ,]+([-\d.e]+)/g)) {
      const n = [r, large, x, y].map(Number);
      if (!widest || n[0] > widest[0]) widest = n;
    }
    if (!widest) return 0;
    const half = Math.asin(Math.min(1, Math.hypot(widest[2], widest[3]) / (2 * widest[0])));
    return ((widest[1] ? 2 * Math.PI - 2 * half : 2 * half) * 180) / Math.PI;
  }

  function sliceMarks(group, at) {
    return [...group.querySelectorAll("g.slice")].map((g) => {
      const d = g.__data__, path = g.querySelector("path.surface");
      const i = d.pts ? d.pts[0] : d.data ? d.data.data.i : -1;
      return path && { ...pathMark(i, path, at(g)), angle: sliceAngle(path.getAttribute("d") || "") };
    }).filter((s) => s && s.i >= 0);
  }

  function heatMarks(group, cd, at) {
    const image = group.querySelector("image");
    const texts = [...group.querySelectorAll(".heatmap-label")].map((t) => ({ texts: at(t) }));
    return { quad: image ? quad(image) : null, texts, shape: [cd[0].z.length, cd[0].z[0].length] };
  }

  function traceOf(group) {
    const d = group.__data__;
    const cd = Array.isArray(d) && d[0] && d[0].trace ? d : null;
    return cd;
  }

  function traces(gd, at) {
    const out = [];
    for (const [index, full] of gd._fullData.entries()) {
      out.push({ index, type: full.type, visible: full.visible === true, marks: [], vertices: [], texts: [] });
    }
    for (const group of document.querySelectorAll("#figure g.trace, #figure g.hm")) {
      const cd = traceOf(group);
      if (!cd) continue;
      const trace = cd[0].trace, found = out[trace.index];
      if (["bar", "waterfall", "funnel"].includes(trace.type)) found.marks = barMarks(group, cd, at);
      else if (trace.type === "scatter") Object.assign(found, scatterMarks(group, cd, at));
      else if (["pie", "funnelarea", "treemap", "sunburst", "icicle"].includes(trace.type)) found.marks = sliceMarks(group, at);
      else if (trace.type === "heatmap") found.heat = heatMarks(group, cd, at);
      found.orientation = trace.orientation || "v";
      found.xaxis = trace.xaxis || "";
      found.yaxis = trace.yaxis || "";
      found.stack = trace.stackgroup || "";
      found.dash = trace.line?.dash || "solid";
      found.symbol = trace.mode?.includes("markers") ? String(trace.marker?.symbol ?? "circle") : "";
      found.pattern = String(trace.marker?.pattern?.shape || "");
    }
    return out;
  }

  function axes(gd) {
    const full = gd._fullLayout, out = {};
    for (const name of Object.keys(full).filter((n) => /^[xy]axis\d*$/.test(n))) {
      const a = full[name], horizontal = a._id[0] === "x";
      out[a._id] = {
        type: a.type, horizontal, pixels: a.range.map((r) => a._offset + a.l2p(a.r2l(r))), range: a.range.map((r) => a.r2l(r)),
        step: a.type === "category" ? Math.abs(a.l2p(1) - a.l2p(0)) : 0,
      };
    }
    return out;
  }

  function legend(all) {
    const out = [];
    for (const g of document.querySelectorAll("#figure .legend g.traces")) {
      const text = g.querySelector("text.legendtext"), item = Array.isArray(g.__data__) ? g.__data__[0] : null;
      if (!text || !item) continue;
      const symbol = g.querySelector(".legendpoints path, .legendfill path, .legendlines path");
      const pie = item.label !== undefined && item.pts !== undefined;
      out.push({ trace: item.trace.index, point: pie ? item.pts[0] : -1, text: all.indexOf(text), color: symbol ? colorOf(getComputedStyle(symbol)) : "",
        quad: symbol ? quad(symbol) : null });
    }
    return out;
  }

  // The plot's ground as a computed colour.
  function ground(gd) {
    const full = gd._fullLayout, probe = document.createElement("span");
    probe.style.color = full._has("cartesian") ? full.plot_bgcolor : full.paper_bgcolor;
    document.body.append(probe);
    const color = getComputedStyle(probe).color, clear = /rgba\(.*, 0\)$/.test(color);
    probe.style.color = full.paper_bgcolor;
    const paper = getComputedStyle(probe).color;
    probe.remove();
    return clear ? paper : color;
  }

  // Draw a figure and report it. `sent` is JSON of {data, layout}; so is what comes back.
  window.cosynDraw = async (sent) => {
    const gd = document.getElementById("figure"), spec = JSON.parse(sent);
    gd.classList.remove("textonly");
    Plotly.purge(gd);
    gd.textContent = "";
    await Plotly.newPlot(gd, spec.data, spec.layout, { staticPlot: true, displayModeBar: false, plotlyServerURL: "" });
    const all = [...gd.querySelectorAll("svg text")].filter((t) => t.textContent.trim() && shown(t));
    const at = (g) => (g.tagName === "text" ? [g] : [...g.querySelectorAll("text")]).map((t) => all.indexOf(t)).filter((n) => n >= 0);
    const size = gd._fullLayout._size;
    return JSON.stringify({
      texts: all.map((t) => describe(gd, t)), traces: traces(gd, at), axes: axes(gd), legend: legend(all), ground: ground(gd),
      plot: [size.l, size.t, size.l + size.w, size.t + size.h],
      width: gd._fullLayout.width, height: gd._fullLayout.height,
    });
  };

  // Show the text alone, black on white: a mask of its ink. The next figure is drawn whole again.
  window.cosynTextOnly = () => document.getElementById("figure").classList.add("textonly");
})();
