/* What any map with pins does: far off they are dots, and what is found stands in the part that a sheet leaves free. */
export function dotsFromAfar(map) {
  const show = () => map.getContainer().classList.toggle("is-far", map.getZoom() < 15.5);
  map.on("zoomend", show);
  show();
}

export function fit(map, sheet, corners) {
  if (!corners) return;
  map.fitBounds(corners, { paddingTopLeft: [24, sheet.covered() ? 84 : 24], paddingBottomRight: [24, 24 + sheet.covered()], animate: false });
}
