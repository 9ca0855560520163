/* The search page with scripts: changing a control changes list and map together, and the address holds the search. */
import { complete } from "./completion.js";
import { dotsFromAfar, fit } from "./framing.js";
import { link } from "./linking.js";
import { slide } from "./sheet.js";

const form = document.getElementById("search");
const results = document.getElementById("results");
const offline = document.getElementById("offline");
const place = form.elements.place;

/* folium's script made these. */
const map = window.map_alentour;
const layers = { results: window.geo_json_results, circle: window.geo_json_circle, here: window.geo_json_here };

dotsFromAfar(map);

complete(place, document.getElementById("place-options"), document.getElementById("place-status"), submit);
const sheet = slide(document.querySelector(".sheet"));
const linking = results && link(results, [layers.results], sheet);

place.addEventListener("input", forgetPosition);
form.addEventListener("submit", (event) => {
  if (!results) return;
  event.preventDefault();
  search();
});
form.addEventListener("change", onChange);
document.querySelectorAll('[form="search"]').forEach((control) => control.addEventListener("change", onChange));
window.addEventListener("popstate", () => window.location.reload());
aroundMe(document.getElementById("around-me"), document.getElementById("around-me-status"));
document.querySelector(".ways [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
if (results) {
  results.addEventListener("click", nextPage);
  fit(map, sheet, JSON.parse(document.getElementById("corners").textContent));
}

function onChange(event) {
  if (event.target === place || !results) return;
  const moment = document.getElementById("moment");
  if (event.target.name === "open") {
    moment.classList.toggle("is-shown", event.target.value === "at");
    if (event.target.value === "at" && !form.elements.open_at.value) return form.elements.open_at.focus();
  }
  search();
}

/* Places chosen from the list, or sensed, are searched at once. */
function submit() {
  forgetPosition();
  form.requestSubmit();
}

function forgetPosition() {
  form.elements.lat.value = form.elements.lon.value = "";
}

function address() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value && !(name === "open_at" && form.elements.open.value !== "at")) fields.append(name, value);
  }
  return `${window.location.pathname}?${fields}`;
}

/* Ask for the list alone, under the same address; an answer that comes too late is dropped. */
let pending;
async function fetched(url) {
  pending?.abort();
  const asked = (pending = new AbortController());
  results.classList.add("is-loading");
  results.setAttribute("aria-busy", "true");
  offline.hidden = true;
  try {
    const response = await fetch(url, { headers: { "X-Alentour-Fragment": "results" }, signal: asked.signal });
    if (response.status >= 500) throw new Error(response.statusText);
    return new DOMParser().parseFromString(await response.text(), "text/html");
  } catch (error) {
    if (error.name === "AbortError") return null;
    // Without network (a TypeError) what was found stays; the page of a failing server says what to do.
    if (!(error instanceof TypeError)) window.location.assign(url);
    else announce(offline).hidden = false;
    return null;
  } finally {
    if (asked === pending) {
      results.classList.remove("is-loading");
      results.setAttribute("aria-busy", "false");
    }
  }
}

/* What leads to other kinds keeps the place and the circle. */
function renewWays() {
  const kept = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value && ["place", "lat", "lon", "within"].includes(name)) kept.append(name, value);
  }
  document.querySelectorAll(".ways a").forEach((way) => (way.search = kept));
}

function announce(element) {
  document.getElementById("announcement").textContent = element.textContent.trim();
  return element;
}

async function search() {
  const url = address();
  const answer = await fetched(url);
  if (!answer) return;
  window.history.pushState(null, "", url);
  renewWays();
  const refill = JSON.parse(answer.getElementById("refill").textContent);
  answer.getElementById("refill").remove();
  results.replaceChildren(...answer.body.childNodes);
  // Only the count is read out: the whole list would drown it.
  announce(results.querySelector("#count") ?? results.querySelector("h1"));
  document.title = `${results.querySelector("h1").textContent} · Alentour`;
  for (const name of Object.keys(layers)) {
    layers[name].clearLayers();
    layers[name].addData(refill[name]);
  }
  linking.renew();
  fit(map, sheet, refill.corners);
}

/* The next page is added below, in the list and on the map. */
async function nextPage(event) {
  const anchor = event.target.closest(".next-page");
  if (!anchor) return;
  event.preventDefault();
  const answer = await fetched(anchor.href);
  const more = answer?.querySelector(".cards");
  if (!more) return;
  const first = more.firstElementChild;
  layers.results.addData(JSON.parse(answer.getElementById("refill").textContent).results);
  results.querySelector(".cards").append(...more.children);
  anchor.closest(".after-cards").replaceWith(answer.querySelector(".after-cards"));
  linking.renew();
  first.querySelector("a").focus();
}

/* A sensed position is rounded to 3 decimals, some 100 m, before it leaves the browser. */
function aroundMe(button, status) {
  if (!button || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = "…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        place.value = "";
        form.elements.lat.value = coords.latitude.toFixed(3);
        form.elements.lon.value = coords.longitude.toFixed(3);
        form.submit();
      },
      () => { status.textContent = button.dataset.refused; },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
}
