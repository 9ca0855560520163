/* The area that is asked for, drawn on the map; the form sends it as GeoJSON. */
import { draw } from "./drawing.js";

const field = document.getElementById("sending").elements.drawing;

/* Who draws means a drawing. */
draw((area) => {
  field.value = area ? JSON.stringify(area) : "";
  if (area) document.getElementById("to-polygon").checked = true;
}, field.value);
