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
  addTo(map) {
    L.SVG.Tile.prototype.addTo.call(this, map);
    // What the base map draws is read out as "image, image, image": the page says what matters in words.
    for (const pane of ["tilePane", "names"]) map.getPane(pane).ariaHidden = "true";
    arrangeSoon(map);
  },
});
alentour.nameTile = (coords, size, options) => new NameTile(coords, size, options);

/* Names give way to pins and to names that matter more. Each is a row of discs along its own direction: a few milliseconds
   for all the names in sight, where boxes would keep slanting streets apart that do not touch. */
const RANKS = ["name-city", "name-municipality", "name-neighbourhood", "name-major", "name-street", "name-number"];
const CELL = 16;
const rank = (name) => RANKS.findIndex((one) => name.classList.contains(one));

function discs(name) {
  const { a, b, e, f } = name.getScreenCTM();
  const scale = Math.hypot(a, b);
  const radius = parseFloat(getComputedStyle(name).fontSize) * scale * 0.5;
  const reach = Math.max((name.getComputedTextLength() * scale) / 2 - radius, 0);
  const number = Math.ceil(reach / radius) * 2 + 1;
  return Array.from({ length: number }, (_, index) => {
    const along = number > 1 ? (index / (number - 1)) * 2 - 1 : 0;
    return { x: e + (a / scale) * reach * along, y: f + (b / scale) * reach * along, radius };
  });
}

function pinDisc(pin) {
  const { left, top, width, height } = pin.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2, radius: width / 2 };
}

alentour.arrange = (map) => {
  const taken = new Map();
  const cells = ({ x, y, radius }, visit) => {
    for (let column = Math.floor((x - radius) / CELL); column <= (x + radius) / CELL; column++)
      for (let row = Math.floor((y - radius) / CELL); row <= (y + radius) / CELL; row++)
        if (visit(`${column} ${row}`)) return true;
    return false;
  };
  const take = (disc) => cells(disc, (cell) => void (taken.get(cell) ?? taken.set(cell, []).get(cell)).push(disc));
  const touches = (one) => (other) => Math.hypot(one.x - other.x, one.y - other.y) < one.radius + other.radius;
  const isCrowded = (disc) => cells(disc, (cell) => taken.get(cell)?.some(touches(disc)));
  map.getPane("markerPane").querySelectorAll(".pin, .here, .site-letter").forEach((pin) => take(pinDisc(pin)));
  const names = [...map.getPane("names").querySelectorAll(".name")].filter((name) => name.getComputedTextLength());
  names.sort((one, other) => rank(one) - rank(other));
  const placed = names.map((name) => {
    const row = discs(name);
    const crowded = row.some(isCrowded);
    if (!crowded) row.forEach(take);
    return [name, crowded];
  });
  for (const [name, crowded] of placed) name.classList.toggle("is-crowded", crowded);
};

function arrangeSoon(map) {
  cancelAnimationFrame(map.arranging);
  map.arranging = requestAnimationFrame(() => map.getPane("names") && alentour.arrange(map));
}

L.Map.addInitHook(function () {
  this.on("layeradd layerremove zoomend", () => arrangeSoon(this));
});

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

/* Rides: their whole way, the part that one rides along, the walks at both ends; dashed where the crow flies. */
alentour.routeStyle = ({ properties }) => ({
  className: `route route-${properties.part}${properties.straight ? " route-straight" : ""}`,
  fill: false,
});

/* Offers: the public cells that a shape holds, by how densely homes stand there. */
alentour.cellStyle = ({ properties }) => ({ className: `cell cell-${properties.shade}`, fill: true });
