/* The quarters of a town, drawn one after the other; the form sends them as one GeoJSON collection. */
import { draw } from "./drawing.js";

const field = document.getElementById("quarters").elements.drawing;
const name = document.getElementById("quarter-name");
const list = document.getElementById("quarter-list");
const features = [];
let area = null;

const drawing = draw((drawn) => (area = drawn));

document.getElementById("quarter-add").addEventListener("click", () => {
  if (!area || !name.value.trim()) return (area ? name : document.getElementById("corner-here")).focus();
  const feature = { type: "Feature", properties: { name: name.value.trim() }, geometry: area };
  features.push(feature);
  field.value = JSON.stringify({ type: "FeatureCollection", features });
  list.appendChild(Object.assign(document.createElement("li"), { textContent: feature.properties.name }));
  L.geoJSON(area, { style: { className: "drawn" }, interactive: false }).addTo(window.map_alentour);
  name.value = "";
  drawing.restart();
});
