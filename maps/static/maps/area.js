/* The area that is meant, drawn on the map; the form sends it as GeoJSON. */
import { draw } from "./drawing.js";

const zone = document.getElementById("drawing-tools").closest(".to");
const field = zone.querySelector("input[type=hidden]");
const chip = document.getElementById([...zone.classList].find((name) => name.startsWith("to-")));

/* Who draws means what is drawn. */
draw((area) => {
  field.value = area ? JSON.stringify(area) : "";
  if (area) chip.checked = true;
}, field.value);
