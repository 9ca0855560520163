/* Suggestions below a box where a place is typed: an ARIA combobox (keys by @github/combobox-nav), fed by the address
   in its data-completion. What was chosen is handed over as the properties of its feature; so is, where wanted, all that
   is suggested. */
import Combobox from "../combobox-nav.js";

const PATIENCE = 120; // ms between the last key and the question

export function complete(input, list, status, chosen, suggests) {
  const combobox = new Combobox(input, list, { tabInsertsSuggestions: false });
  const suggested = new Map();
  let timer, asked;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PATIENCE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("combobox-commit", (event) => {
    input.value = event.target.dataset.label;
    close();
    chosen(suggested.get(event.target.id));
  });
  // What was typed before this script was there, on a slow line, is completed too.
  if (document.activeElement === input && input.value) suggest();

  async function suggest() {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) return close();
    asked = new AbortController();
    try {
      const response = await fetch(`${input.dataset.completion}?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      if (response.ok) show((await response.json()).features);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show(features) {
    if (document.activeElement !== input) return;
    list.replaceChildren(...features.map(option));
    status.textContent = features.length ? `${input.dataset.some} ${features.length}` : input.dataset.none;
    suggests?.(features.map(({ properties }) => properties));
    if (!features.length) return close();
    if (list.hidden) combobox.start();
    list.hidden = false;
    combobox.clearSelection();
  }

  function option(feature, index) {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    suggested.set(item.id, feature.properties);
    item.setAttribute("role", "option");
    item.dataset.label = item.textContent = feature.properties.label;
    if (feature.properties.town) item.append(Object.assign(document.createElement("small"), { textContent: feature.properties.town }));
    return item;
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    if (list.hidden) return;
    combobox.stop();
    list.hidden = true;
  }
}
