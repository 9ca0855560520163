/* The list of buildings is sifted by their names. */
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
