/* Draws an area corner by corner on the map, with the finger, the mouse or the keyboard. */
const map = window.map_alentour;
const status = document.getElementById("drawing-status");

/* Begin to draw, from corners known before; `changed` is given the GeoJSON of the area, or nothing below three corners.
   A touch of the map is a corner where that is `wanted`. */
export function draw(changed, text = "", wanted = () => true) {
  const outline = L.polygon([], { className: "drawn", interactive: false }).addTo(map);
  const dots = L.layerGroup().addTo(map);
  let corners = known(text);

  document.getElementById("drawing-tools").hidden = false;
  document.getElementById("content").classList.add("drawing");
  map.on("click", (event) => wanted() && show([...corners, event.latlng]));
  document.getElementById("corner-here").addEventListener("click", () => show([...corners, map.getCenter()]));
  document.getElementById("corner-back").addEventListener("click", () => show(corners.slice(0, -1)));
  document.getElementById("corners-away").addEventListener("click", () => show([]));
  show(corners);

  function show(next) {
    corners = next;
    outline.setLatLngs(corners);
    dots.clearLayers();
    corners.forEach((corner) => L.circleMarker(corner, { radius: 6, className: "drawn-corner", interactive: false }).addTo(dots));
    status.textContent = `${status.dataset.corners} ${corners.length}`;
    changed(corners.length < 3 ? null : polygon(corners));
  }

  return { restart: () => show([]) };
}

function polygon(corners) {
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
