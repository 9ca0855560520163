/* One place shown on the map, with the finger, the mouse or the keyboard; the form sends its longitude and latitude. */
const map = window.map_alentour;
const field = document.getElementById("id_point");
const away = document.getElementById("point-away");
const status = document.getElementById("point-status");
const dot = L.circleMarker([0, 0], { radius: 9, className: "point-dot", interactive: false });

map.on("click", (event) => show(event.latlng));
document.getElementById("point-here").addEventListener("click", () => show(map.getCenter()));
away.addEventListener("click", () => show(null));
show(known());

function show(place) {
  if (place) dot.setLatLng(place).addTo(map);
  else dot.remove();
  field.value = place ? `${place.lng.toFixed(5)},${place.lat.toFixed(5)}` : "";
  away.hidden = !place;
  status.textContent = place ? status.dataset.shown : status.dataset.none;
}

/* What was shown before the page came back with something to correct. */
function known() {
  const [lng, lat] = field.value.split(",").map(Number);
  return field.value && Number.isFinite(lng) && Number.isFinite(lat) ? L.latLng(lat, lng) : null;
}
