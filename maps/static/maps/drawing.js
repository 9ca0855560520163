/* Draws a zone corner by corner on the map, with the finger, the mouse or the keyboard; the form sends it as GeoJSON. */
const map = window.map_alentour;
const tools = document.getElementById("drawing-tools");
const status = document.getElementById("drawing-status");
const field = hiddenField(tools.closest("form"), "drawing");

const outline = L.polygon([], { className: "drawn", interactive: false }).addTo(map);
const dots = L.layerGroup().addTo(map);
let corners = known(field.value);

tools.hidden = false;
document.querySelector(".audience").classList.add("drawing");
map.on("click", (event) => add(event.latlng));
document.getElementById("corner-here").addEventListener("click", () => add(map.getCenter()));
document.getElementById("corner-back").addEventListener("click", () => show(corners.slice(0, -1)));
document.getElementById("corners-away").addEventListener("click", () => show([]));
show(corners);

function add(corner) {
  show([...corners, corner]);
}

function show(next) {
  corners = next;
  outline.setLatLngs(corners);
  dots.clearLayers();
  corners.forEach((corner) => L.circleMarker(corner, { radius: 6, className: "drawn-corner", interactive: false }).addTo(dots));
  status.textContent = `${status.dataset.corners} ${corners.length}`;
  field.value = corners.length < 3 ? "" : JSON.stringify(polygon());
}

function polygon() {
  const ring = [...corners, corners[0]].map(({ lat, lng }) => [rounded(lng), rounded(lat)]);
  return { type: "Polygon", coordinates: [ring] };
}

/* A millionth of a degree is 11 cm. */
function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

/* The corners of what was drawn before, to go on from there. */
function known(text) {
  try {
    const { type, coordinates } = JSON.parse(text);
    return type === "Polygon" ? coordinates[0].slice(0, -1).map(([lng, lat]) => L.latLng(lat, lng)) : [];
  } catch {
    return [];
  }
}

function hiddenField(form, name) {
  const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  return field;
}
