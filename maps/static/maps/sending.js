/* To whom a notice goes: a zone drawn on the map, and a list of buildings that is sifted by their names. */
import { draw } from "./drawing.js";

const form = document.getElementById("sending");
const zone = form.elements.polygon;

/* Who draws means a zone. */
draw((area) => {
  zone.value = area ? JSON.stringify(area) : "";
  if (area) document.getElementById("to-polygon").checked = true;
}, zone.value);

const sift = document.getElementById("sift");
const words = document.getElementById("sift-words");
const status = document.getElementById("sift-status");
const boxes = [...document.querySelectorAll("#residences .form-check")];

sift.hidden = boxes.length < 2;
words.addEventListener("input", () => {
  const asked = plain(words.value).split(" ").filter(Boolean);
  boxes.forEach((box) => (box.hidden = !asked.every((word) => plain(box.textContent).includes(word))));
});
document.getElementById("sift-all").addEventListener("click", () => tick((box) => !box.hidden || box.querySelector("input").checked));
document.getElementById("sift-none").addEventListener("click", () => tick(() => false));
document.getElementById("residences").addEventListener("change", say);
say();

function tick(wanted) {
  boxes.forEach((box) => (box.querySelector("input").checked = wanted(box)));
  say();
}

function say() {
  const ticked = boxes.filter((box) => box.querySelector("input").checked).length;
  status.textContent = `${ticked} / ${boxes.length} ${status.dataset.ticked}`;
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
