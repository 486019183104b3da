// Where every word and every marked value of a page is, and what can be told of it without pixels.
// Argument: {width, height} of the frame. Returns {marks, words, styles} as JSON text (a fifth of
// the time that a tree of values takes through the driver); see `html_page.py` for the fields.
(frame) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*{pointer-events:auto!important}");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const infos = new Map();
  const styles = [];
  const styleIds = new Map();
  const marks = [];
  const words = [];
  const PAGE = { x0: 0, y0: 0, x1: frame.width, y1: frame.height };

  const above = (el) => el.assignedSlot || el.parentElement || (el.getRootNode().host ?? null);
  const cut = (a, b) => ({ x0: Math.max(a.x0, b.x0), y0: Math.max(a.y0, b.y0), x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1) });
  const round = (n) => Math.round(n * 100) / 100;
  const area = (r) => Math.max(0, r.x1 - r.x0) * Math.max(0, r.y1 - r.y0);
  const rgba = (text) => {
    const n = (text.match(/[\d.]+/g) || []).map(Number);
    if (text.startsWith("color(srgb")) return [n[0] * 255, n[1] * 255, n[2] * 255, n[3] ?? 1];
    return text.startsWith("rgb") ? [n[0], n[1], n[2], n[3] ?? 1] : null;
  };
  const padding = (el) => {
    const b = el.getBoundingClientRect();
    return { x0: b.left + el.clientLeft, y0: b.top + el.clientTop, x1: b.left + el.clientLeft + el.clientWidth, y1: b.top + el.clientTop + el.clientHeight };
  };

  // What an element inherits from all its ancestors: opacity, scale, the clip, whether its paint can be foretold.
  const info = (el) => {
    if (!el) return { opacity: 1, scale: 1, clip: null, unsure: false, shortened: false, position: null, hidden: false };
    let it = infos.get(el);
    if (it) return it;
    const up = info(above(el));
    const cs = getComputedStyle(el);
    const odd =
      cs.filter !== "none" || cs.backdropFilter !== "none" || cs.clipPath !== "none" || cs.clip !== "auto" ||
      cs.maskImage !== "none" || cs.mixBlendMode !== "normal" || cs.backgroundImage !== "none" ||
      cs.backgroundClip.includes("text") || cs.textShadow !== "none" || parseFloat(cs.textIndent) !== 0 ||
      cs.perspective !== "none";
    const cuts = cs.overflowX !== "visible" || cs.overflowY !== "visible" || /paint|strict|content/.test(cs.contain);
    const bare = cs.display === "contents" || (cs.display === "inline" && !(el instanceof SVGElement));
    let clip = cs.position === "fixed" ? null : cs.position === "absolute" ? positionedClip(el) : up.clip;
    let shortened = up.shortened || cs.webkitTextSecurity !== "none";
    if (cuts && !bare && el !== document.documentElement && el !== document.body && !(el instanceof SVGElement && !(el instanceof SVGSVGElement))) {
      const own = el instanceof SVGSVGElement ? el.getBoundingClientRect() : null;
      const edge = own ? { x0: own.left, y0: own.top, x1: own.right, y1: own.bottom } : padding(el);
      clip = clip ? cut(clip, edge) : edge;
      if (cs.textOverflow !== "clip" && el.scrollWidth > el.clientWidth) shortened = true;
      if (cs.webkitLineClamp !== "none" && el.scrollHeight > el.clientHeight + 1) shortened = true;
    }
    let scale = up.scale;
    if (cs.transform !== "none") {
      const m = new DOMMatrix(cs.transform);
      scale *= Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
    }
    if (cs.scale !== "none") scale *= Math.min(...cs.scale.split(" ").map(Number));
    it = {
      cs, clip, shortened, scale, opacity: up.opacity * cs.opacity, unsure: up.unsure || odd,
      hidden: !el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }),
      style: -1,
    };
    infos.set(el, it);
    return it;
  };
  const positionedClip = (el) => {
    for (let a = above(el); a; a = above(a)) {
      const it = info(a);
      if (it.cs.position !== "static" || it.cs.transform !== "none") return it.clip;
    }
    return null;
  };

  const styleOf = (el) => {
    const it = info(el);
    if (it.style >= 0) return it.style;
    const cs = it.cs;
    const svg = el instanceof SVGElement;
    const paint = svg ? cs.fill : cs.webkitTextFillColor;
    const color = rgba(paint);
    let scale = it.scale * (el.currentCSSZoom ?? 1);
    if (svg && el.getScreenCTM) {
      const m = el.getScreenCTM();
      if (m) scale = Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
    }
    const unsure = it.unsure || !color || parseFloat(cs.webkitTextStrokeWidth) > 0;
    const [r, g, b, a] = color || [0, 0, 0, 1];
    const record = [cs.fontFamily, parseFloat(cs.fontSize) * scale, parseFloat(cs.fontWeight), cs.fontStyle !== "normal", r, g, b, a * it.opacity * (svg ? cs.fillOpacity : 1), unsure, cs.fontVariantCaps !== "normal"];
    const id = JSON.stringify(record);
    if (!styleIds.has(id)) {
      styleIds.set(id, styles.length);
      styles.push(record);
    }
    return (it.style = styleIds.get(id));
  };

  const paints = (el) => {
    if (/^(img|svg|canvas|video|picture|object|embed|iframe|input|button|textarea|select|rect|path|circle|polygon|image)$/i.test(el.tagName)) return true;
    const cs = getComputedStyle(el);
    const bg = rgba(cs.backgroundColor);
    return cs.backgroundImage !== "none" || !bg || bg[3] > 0.1;
  };
  const covers = (el, x, y) => {
    const hit = el.getRootNode().elementFromPoint(x, y);
    if (!hit || hit === el || hit.contains(el)) return false;
    for (let a = hit; a && a !== el && !a.contains(el); a = above(a)) if (paints(a)) return true;
    return false;
  };
  const coveredShare = (el, rects) => {
    let points = 0;
    let under = 0;
    for (const r of rects) {
      const y = (r.y0 + r.y1) / 2;
      for (const share of r.x1 - r.x0 < 14 ? [0.5] : [0.12, 0.5, 0.88]) {
        points += 1;
        if (covers(el, r.x0 + (r.x1 - r.x0) * share, y)) under += 1;
      }
    }
    return points ? under / points : 0;
  };

  const transformed = (text, how) => {
    if (how === "uppercase") return text.toUpperCase();
    if (how === "lowercase") return text.toLowerCase();
    if (how === "capitalize") return text.replace(/(^|[\s\-/(])(\p{L})/gu, (_, before, letter) => before + letter.toUpperCase());
    return text;
  };
  const rectsOf = (range) => {
    const out = [];
    for (const r of range.getClientRects()) if (r.width > 0.05 && r.height > 0.05) out.push({ x0: r.left, y0: r.top, x1: r.right, y1: r.bottom });
    return out;
  };

  const range = document.createRange();
  const addWords = (node, text, el, rects, mark) => {
    const it = info(el);
    if (it.hidden) return;
    const edge = it.clip ? cut(it.clip, PAGE) : PAGE;
    const how = it.cs.textTransform;
    const style = styleOf(el);
    const put = (word, boxes) => {
      let best = null;
      for (const r of boxes) {
        const seen = cut(r, edge);
        if (area(seen) > 0 && (!best || area(seen) > area(best))) best = seen;
      }
      if (best) words.push([transformed(word, how), round(best.x0), round(best.y0), round(best.x1), round(best.y1), mark, style]);
    };
    const found = [...text.matchAll(/\S+/g)];
    if (found.length === 1) return put(found[0][0], rects);
    for (const m of found) {
      range.setStart(node, m.index);
      range.setEnd(node, m.index + m[0].length);
      put(m[0], rectsOf(range));
    }
  };

  const addToMark = (mark, text, el, rects) => {
    const it = info(el);
    const edge = it.clip ? cut(it.clip, PAGE) : PAGE;
    mark.text += transformed(text, it.cs.textTransform);
    if (!text.trim()) return;
    mark.style = styleOf(el);
    mark.hidden = mark.hidden || it.hidden;
    mark.clipped = mark.clipped || it.shortened;
    const shown = [];
    for (const r of rects) {
      mark.area += area(r);
      mark.inside += area(cut(r, PAGE));
      const seen = cut(r, edge);
      const tall = r.y1 - r.y0;
      if (it.clip) {
        const c = it.clip;
        if (r.x0 < c.x0 - 1 || r.x1 > c.x1 + 1 || r.y0 < c.y0 - 0.2 * tall || r.y1 > c.y1 + 0.2 * tall) mark.clipped = true;
      }
      if (area(seen) > 0) shown.push(seen);
    }
    mark.covered = Math.max(mark.covered, coveredShare(el, shown));
    for (const s of shown) mark.rects.push([round(s.x0), round(s.y0), round(s.x1), round(s.y1)]);
  };

  const visit = (root, open) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT | NodeFilter.SHOW_COMMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.COMMENT_NODE) {
        if (node.data === "@/") open.pop();
        else if (/^@\d+$/.test(node.data)) {
          open.push({ number: Number(node.data.slice(1)), text: "", rects: [], style: -1, area: 0, inside: 0, clipped: false, covered: 0, hidden: false });
          marks.push(open[open.length - 1]);
        }
      } else if (node.nodeType === Node.ELEMENT_NODE) {
        if (node.shadowRoot) visit(node.shadowRoot, open);
      } else {
        const el = node.parentElement || node.getRootNode().host;
        const text = node.data;
        if (!el || (!open.length && !text.trim()) || /^(script|style|noscript|template|title|textarea|head)$/i.test(el.tagName)) continue;
        range.selectNodeContents(node);
        const rects = rectsOf(range);
        const mark = open.length ? open[open.length - 1] : null;
        if (mark) addToMark(mark, text, el, rects);
        if (text.trim() && rects.length) addWords(node, text, el, rects, mark ? marks.length - 1 : -1);
      }
    }
  };
  visit(document.documentElement, []);
  document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
  return JSON.stringify({
    styles, words,
    marks: marks.map((m) => [m.number, m.text, m.rects, m.style, m.area ? m.inside / m.area : 0, m.clipped, m.covered, m.hidden]),
  });
}
