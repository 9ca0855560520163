/* List and map are one thing: what is hovered or focused in one is shown in the other. */
export function link(results, layer, sheet) {
  const cards = new Map();
  const pins = new Map();

  function mark(id, on) {
    cards.get(id)?.classList.toggle("is-linked", on);
    pins.get(id)?.getElement()?.classList.toggle("is-linked", on);
  }

  /* Cards of a pin, or of an area that several people's words share. */
  const idsOf = (pin) => pin.feature.properties.ids;
  const markAll = (pin, on) => idsOf(pin).forEach((id) => mark(id, on));

  function renew() {
    cards.clear();
    pins.clear();
    results.querySelectorAll("[data-id]").forEach((card) => cards.set(card.dataset.id, card));
    layer.eachLayer((pin) => {
      idsOf(pin).forEach((id) => pins.set(id, pin));
      const element = pin.getElement();
      element.addEventListener("focus", () => markAll(pin, true));
      element.addEventListener("blur", () => markAll(pin, false));
    });
  }

  const idOf = (event) => event.target.closest("[data-id]")?.dataset.id;
  for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    results.addEventListener(type, (event) => idOf(event) && mark(idOf(event), on));
  }
  layer.on("mouseover", (event) => markAll(event.propagatedFrom, true));
  layer.on("mouseout", (event) => markAll(event.propagatedFrom, false));
  layer.on("click", (event) => {
    sheet.reveal();
    cards.get(idsOf(event.propagatedFrom)[0])?.scrollIntoView({ block: "center" });
  });

  renew();
  return { renew };
}
