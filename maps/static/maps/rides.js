/* Rides with scripts: boxes that complete themselves, list and map linked, on a phone the list as a sheet over the map. */
import { complete } from "./completion.js";
import { dotsFromAfar, fit } from "./framing.js";
import { link } from "./linking.js";
import { slide } from "./sheet.js";

const form = document.getElementById("rides-form");
const results = document.getElementById("results");
/* folium's script made these. */
const map = window.map_alentour;
const layers = { routes: window.geo_json_routes, results: window.geo_json_results, here: window.geo_json_here };

dotsFromAfar(map);
const sheet = slide(document.querySelector(".sheet"));
link(results, [layers.routes, layers.results], sheet);
fit(map, sheet, corners());
form.querySelectorAll("[data-completion]").forEach(completed);
document.querySelector(".ways [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelector(".rides-asked")?.addEventListener("click", unfold);
form.addEventListener("submit", () => wait(true));
// Come back to by the browser's own button, the page waits for nothing.
window.addEventListener("pageshow", () => wait(false));

/* Of what is drawn; where others go on to is of no matter to who leaves before. */
function corners() {
  const lines = layers.routes.getLayers();
  const ridden = lines.filter(({ feature }) => feature.properties.part !== "way");
  const shown = [...(ridden.length ? ridden : lines), ...layers.results.getLayers(), ...layers.here.getLayers()];
  return shown.length ? L.featureGroup(shown).getBounds() : null;
}

/* The key of what was chosen of the list goes along, until other words are typed. */
function completed(input) {
  const key = form.elements[input.dataset.key];
  input.addEventListener("input", () => (key.value = ""));
  complete(input, document.getElementById(`${input.id}-options`), document.getElementById(`${input.id}-status`), (point) => {
    key.value = point.id;
  });
}

/* On a phone what was asked is one line, which unfolds to be changed. */
function unfold({ currentTarget }) {
  const folded = currentTarget.parentElement.classList.toggle("is-folded");
  currentTarget.setAttribute("aria-expanded", String(!folded));
  if (!folded) form.elements.from.focus();
}

function wait(is) {
  results.classList.toggle("is-loading", is);
  results.setAttribute("aria-busy", String(is));
}
