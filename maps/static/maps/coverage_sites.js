/* Proposed sites: a place touched on the map is written into the field, and one that is drawn is dragged elsewhere. */
const map = window.map_alentour;
/* Of one's own sites, everything is posted by one form. */
const form = document.getElementById("own") ?? document.getElementById("add-site");
const field = document.getElementById("add");
const status = document.getElementById("add-status");
const dot = L.circleMarker([0, 0], { radius: 9, className: "site-dot", interactive: false });

if (field) {
  map.getContainer().classList.add("takes-sites");
  map.on("click", ({ latlng }) => {
    dot.setLatLng(latlng).addTo(map);
    field.value = written(latlng);
    status.textContent = status.dataset.shown;
  });
  field.addEventListener("input", () => dot.remove());
}

/* What is moved is asked at once: the page that comes back tells what it changes. */
map.eachLayer((layer) => {
  const number = layer.feature?.properties?.proposed;
  if (number === undefined || !layer.dragging) return;
  layer.dragging.enable();
  layer.on("dragend", () => {
    form.querySelectorAll("[name=site]")[number].value = written(layer.getLatLng());
    if (field) field.disabled = true;
    form.submit();
  });
});

function written({ lat, lng }) {
  return `${lat.toFixed(5)},${lng.toFixed(5)}`;
}
