/* An offer while it is filled in: each change shows at once whom it reaches and how it will be read. */
import { draw } from "./drawing.js";
import { dotsFromAfar } from "./framing.js";

const form = document.getElementById("offer");
const figures = () => document.getElementById("figures");
const map = window.map_alentour;
const layers = { cells: window.geo_json_cells, circle: window.geo_json_circle, here: window.geo_json_here, results: window.geo_json_results };
const field = (name) => form.elements[`shape-${name}`];
const chosen = () => field("zone").value;
let waiting;
let asked;

dotsFromAfar(map);
form.addEventListener("input", later);
draw((area) => {
  field("drawing").value = area ? JSON.stringify(area) : "";
  if (area) later();
}, field("drawing").value, () => chosen() === "drawing");
const edge = handle(layers.here.getLayers()[0]?.getLatLng());
edge?.show();
// What was filled in before this script ran, or is kept by a browser that comes back.
if ([...form.elements].some(isChanged)) later();

function isChanged({ type, checked, defaultChecked, value, defaultValue }) {
  return ["radio", "checkbox"].includes(type) ? checked !== defaultChecked : defaultValue !== undefined && value !== defaultValue;
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(look, 350);
}

/* What is still to be drawn is no mistake. */
async function look() {
  edge?.show();
  if (chosen() === "drawing" && !field("drawing").value) return;
  asked?.abort();
  const current = (asked = new AbortController());
  figures().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal: current.signal,
    });
    if (answer.ok) show(await answer.json());
    else refuse();
  } catch (error) {
    // Without network what was shown stays, and "Voir" asks again.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  } finally {
    if (current === asked) figures().removeAttribute("aria-busy");
  }
}

function show(answer) {
  const isOpen = figures().querySelector("details")?.open;
  for (const part of ["figures", "read"]) document.getElementById(part).innerHTML = answer[part];
  figures().querySelector("details")?.toggleAttribute("open", isOpen);
  for (const [name, layer] of Object.entries(layers)) {
    if (name === "here") continue;
    layer.clearLayers();
    layer.addData(answer.layers[name]);
  }
  const outline = L.geoJSON(answer.layers.circle.features.filter(({ properties }) => properties.part === "circle"));
  if (outline.getLayers().length && chosen() !== "drawing") map.fitBounds(outline.getBounds(), { padding: [24, 24], animate: false });
}

/* What is shown would be of another shape. */
function refuse() {
  const words = document.createElement("p");
  words.setAttribute("role", "alert");
  words.textContent = form.dataset.refused;
  figures().replaceChildren(words);
}

/* The edge of a circle, to be pulled; the keys of the field of metres do the same. */
function handle(middle) {
  if (!middle || !field("radius")) return null;
  const grip = L.marker(middle, { draggable: true, keyboard: false, icon: L.divIcon({ html: "", className: "edge", iconSize: [26, 26] }) });
  const circle = L.circle(middle, { radius: 1, className: "drawn", interactive: false });
  const east = (metres) => L.latLng(middle.lat, middle.lng + metres / (111_320 * Math.cos((middle.lat * Math.PI) / 180)));
  grip.on("dragstart", () => circle.addTo(map));
  grip.on("drag", () => {
    const metres = Math.min(Math.max(Math.round(middle.distanceTo(grip.getLatLng()) / 10) * 10, 50), 50_000);
    field("radius").value = metres;
    circle.setRadius(metres);
  });
  grip.on("dragend", () => {
    circle.remove();
    look();
  });
  return {
    show() {
      const metres = Number(field("radius").value);
      const wanted = chosen() === "radius" && metres >= 50;
      wanted ? grip.setLatLng(east(metres)).addTo(map) : grip.remove();
    },
  };
}
