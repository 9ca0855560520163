/* How the map draws: class names for map.css, names as SVG text, one marker for each kind. Loaded before folium's script. */
"use strict";

const alentour = (window.alentour = {});

/* Layers of the base map: colours, widths and dashes are in map.css, by class and zoom. */
const line = (name) => (properties, zoom) => ({ className: `${name} ${name}-${properties.class ?? "all"} z${zoom}`, fill: false });
const area = (name) => (properties, zoom) => ({
  className: `${name} ${name}-${properties.class ?? (properties.loaded ? "loaded" : "empty")} z${zoom}`,
  fill: true,
  fillRule: "nonzero",
});
const text = (name) => (properties, zoom) => ({ className: `name name-${name} z${zoom}`, radius: 1 });

alentour.styles = {
  base: {
    municipalities: area("municipality"),
    buildings: area("building"),
    casings: line("casing"),
    streets: line("street"),
    neighbourhoods: line("neighbourhood"),
  },
  names: {
    municipalities: text("municipality"),
    neighbourhoods: text("neighbourhood"),
    streets: text("street"),
    numbers: text("number"),
  },
};

/* A vector tile whose points are names: text instead of circles, along the street where the point has an angle. */
const NameTile = L.SVG.Tile.extend({
  _initPath(layer) {
    layer._path = L.SVG.create("text");
    layer._path.textContent = layer.properties.name;
    layer.options.className.split(" ").forEach((name) => layer._path.classList.add(name));
    if (layer.properties.major) layer._path.classList.add("name-major");
    if (layer.properties.population > 100000) layer._path.classList.add("name-city");
  },
  _updateStyle() {},
  _updateCircle(layer) {
    const { x, y } = layer._point;
    const angle = ((((layer.properties.angle ?? 0) + 90) % 180) + 180) % 180 - 90;
    layer._path.setAttribute("transform", `translate(${x} ${y}) rotate(${angle})`);
  },
});
alentour.nameTile = (coords, size, options) => new NameTile(coords, size, options);

/* The circle of the search, and the veil around it. */
alentour.circleStyle = (feature) => ({ className: `reach reach-${feature.properties.part}`, fill: true, fillRule: "evenodd" });

/* What people said is drawn as the area of their public cell, never as a pin: nobody is at its middle. */
alentour.areaStyle = (feature) => ({ className: `said said-${feature.properties.kind}`, fill: true });

/* One pin for each result: the pictogram of its category on the colour and shape of its kind. */
alentour.resultMarker = (feature, position) => {
  const { kind, icon, title } = feature.properties;
  const pin = document.createElement("span");
  pin.className = `pin pin-${kind}`;
  pin.style.setProperty("--icon", `url("${icon}")`);
  // Properties are HTML-escaped for popups; as an attribute the name is wanted as text.
  const name = new DOMParser().parseFromString(title, "text/html").body.textContent;
  const marker = L.marker(position, {
    icon: L.divIcon({ html: pin, className: "pin-frame", iconSize: [34, 34], iconAnchor: [17, 17], popupAnchor: [0, -14] }),
    alt: name,
    riseOnHover: true,
  });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", name));
  return marker;
};

alentour.hereMarker = (feature, position) =>
  L.marker(position, {
    icon: L.divIcon({ html: "", className: "here", iconSize: [22, 22] }),
    interactive: false,
    keyboard: false,
    // Below the pins, which its halo surrounds: a town hall stands on its town's own point.
    zIndexOffset: -1000,
  });
