/* List and map are one thing: what is hovered or focused in one is shown in the other. */
export function link(results, layer, sheet) {
  const cards = new Map();
  const pins = new Map();

  function mark(id, on) {
    cards.get(id)?.classList.toggle("is-linked", on);
    pins.get(id)?.getElement()?.classList.toggle("is-linked", on);
  }

  function renew() {
    cards.clear();
    pins.clear();
    results.querySelectorAll("[data-id]").forEach((card) => cards.set(card.dataset.id, card));
    layer.eachLayer((pin) => {
      pins.set(pin.listingId, pin);
      const element = pin.getElement();
      element.addEventListener("focus", () => mark(pin.listingId, true));
      element.addEventListener("blur", () => mark(pin.listingId, false));
    });
  }

  const idOf = (event) => event.target.closest("[data-id]")?.dataset.id;
  for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    results.addEventListener(type, (event) => idOf(event) && mark(idOf(event), on));
  }
  layer.on("mouseover", (event) => mark(event.propagatedFrom.listingId, true));
  layer.on("mouseout", (event) => mark(event.propagatedFrom.listingId, false));
  layer.on("click", (event) => {
    sheet.reveal();
    cards.get(event.propagatedFrom.listingId)?.scrollIntoView({ block: "center" });
  });

  renew();
  return { renew };
}
