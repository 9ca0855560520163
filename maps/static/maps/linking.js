/* List and map are one thing: what is hovered or focused in one is shown in the other. */
export function link(results, layers, sheet) {
  const cards = new Map();
  const drawn = new Map();

  function mark(id, on) {
    cards.get(id)?.classList.toggle("is-linked", on);
    for (const one of drawn.get(id) ?? []) {
      one.getElement()?.classList.toggle("is-linked", on);
      // A line that nothing happens on may come before the others; what has the pointer stays where it is.
      if (on && !one.options.interactive) one.bringToFront?.();
    }
  }

  /* Cards of a pin, or of an area that several people's words share. */
  const idsOf = (pin) => pin.feature.properties.ids;
  const markAll = (pin, on) => idsOf(pin).forEach((id) => mark(id, on));

  function renew() {
    cards.clear();
    drawn.clear();
    results.querySelectorAll("[data-id]").forEach((card) => cards.set(card.dataset.id, card));
    for (const layer of layers) {
      layer.eachLayer((one) => {
        idsOf(one).forEach((id) => drawn.set(id, [...(drawn.get(id) ?? []), one]));
        const element = one.getElement();
        element.addEventListener("focus", () => markAll(one, true));
        element.addEventListener("blur", () => markAll(one, false));
      });
    }
  }

  const idOf = (event) => event.target.closest("[data-id]")?.dataset.id;
  for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    results.addEventListener(type, (event) => idOf(event) && mark(idOf(event), on));
  }
  for (const layer of layers) {
    layer.on("mouseover", (event) => markAll(event.propagatedFrom, true));
    layer.on("mouseout", (event) => markAll(event.propagatedFrom, false));
    layer.on("click", (event) => {
      sheet.reveal();
      cards.get(idsOf(event.propagatedFrom)[0])?.scrollIntoView({ block: "center" });
    });
  }

  renew();
  return { renew };
}
