// Makes all text of a page transparent, so that a second picture shows what lies behind it. Adds no element.
() => {
  const bare = new CSSStyleSheet();
  bare.replaceSync(
    "*,*::before,*::after{-webkit-text-fill-color:transparent!important;-webkit-text-stroke-color:transparent!important;" +
    "text-shadow:none!important;text-emphasis-color:transparent!important}" +
    "text,tspan,textPath{fill:transparent!important;stroke:transparent!important}"
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, bare];
}
