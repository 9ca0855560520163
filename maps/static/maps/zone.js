/* The zone of a word, drawn on the map; the form sends it as GeoJSON. */
import { draw } from "./drawing.js";

const form = document.getElementById("drawing-tools").closest("form");
const field =
  form.elements.drawing ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "drawing" }));

draw((area) => (field.value = area ? JSON.stringify(area) : ""), field.value);
