// Which of the given [character, CSS font] pairs the browser draws as it draws U+10FFFD, which no font has.
(pairs) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = (text, font) => {
    pen.clearRect(0, 0, 48, 48);
    pen.font = font;
    pen.fillText(text, 8, 34);
    return pen.getImageData(0, 0, 48, 48).data.join();
  };
  const nothing = new Map();
  return pairs.map(([text, font]) => {
    if (!nothing.has(font)) nothing.set(font, drawn("\u{10FFFD}", font));
    return drawn(text, font) === nothing.get(font);
  });
}
