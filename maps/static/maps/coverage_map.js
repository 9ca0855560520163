/* How coverage draws on a map: on its pages, after cartography.js, and alone in the file that opens without a network. */
"use strict";

window.alentour ??= {};

/* Coverage: quarters by the class of their share, homes that are too far, and where the service is. */
window.alentour.shareStyle = ({ properties }) => ({ className: `share share-${properties.shade}`, fill: true });
window.alentour.changeStyle = ({ properties }) => ({ className: `share change-${properties.shade}`, fill: true });
window.alentour.gapStyle = () => ({ className: "gap", fill: true });
window.alentour.siteMarker = (feature, position) =>
  L.circleMarker(position, { className: "site", radius: 4, interactive: false });
/* Sites that were given with their names, which a pointer or a finger finds. */
window.alentour.namedSiteMarker = (feature, position) => L.circleMarker(position, { className: "site site-named", radius: 5 });
/* Sites that do not exist: added ones by their letters, the best next ones by their numbers. */
const lettered = (name) => ({ properties }, position) => {
  const label = document.createElement("span");
  label.className = name;
  label.textContent = properties.label;
  const icon = L.divIcon({ html: label, className: "site-frame", iconSize: [30, 30] });
  return L.marker(position, { icon, keyboard: false, riseOnHover: true });
};
window.alentour.proposedMarker = lettered("site-letter");
window.alentour.bestMarker = lettered("site-letter site-best");
/* Where there are no tiles, the inhabited buildings are the map that the rest stands on. */
window.alentour.buildingStyle = ({ properties }) => ({ className: properties.is_served ? "home" : "home home-missed", fill: true });
/* On paper the map has another size: it shows there what it shows here, and goes back afterwards. */
matchMedia("print").addEventListener("change", () => {
  const map = window.map_alentour;
  const shown = map?.getBounds();
  map?.invalidateSize({ animate: false });
  map?.fitBounds(shown, { animate: false });
});
