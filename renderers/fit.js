// Makes a page stand still, waits for its fonts, and tells how large its content is. Adds no element
// (save that a marquee, which nothing can stop at a known place, becomes a div).
async () => {
  const still = new CSSStyleSheet();
  still.replaceSync("*,*::before,*::after{animation:none!important;transition:none!important;caret-color:transparent!important}");
  document.adoptedStyleSheets = [still];
  document.getAnimations().forEach((animation) => animation.cancel());
  document.querySelectorAll("svg").forEach((svg) => {
    svg.pauseAnimations();
    svg.setCurrentTime(0);
  });
  document.querySelectorAll("marquee").forEach((marquee) => {
    const still = document.createElement("div");
    still.append(...marquee.childNodes);
    marquee.replaceWith(still);
  });
  // what takes the focus scrolls the page, now or some frames later, unless it is another element by then
  const eager = [...document.querySelectorAll("[autofocus]")];
  eager.forEach((element) => element.removeAttribute("autofocus"));
  eager.forEach((element) => element.replaceWith(element.cloneNode(true)));
  if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur();
  window.scrollTo(0, 0);
  if (document.fonts.status !== "loaded") await document.fonts.ready;
  const root = document.documentElement;
  const box = root.getBoundingClientRect();
  const grown = root.scrollHeight > root.clientHeight ? root.scrollHeight : 0;
  const body = document.body ? document.body.getBoundingClientRect().bottom : 0;
  return {
    width: Math.max(root.scrollWidth, document.body ? document.body.scrollWidth : 0),
    height: Math.ceil(Math.max(box.bottom, body, grown) - 0.01),
  };
}
