/* While one types where a ride begins and ends, the list of meeting points follows; one is chosen there, or of what is suggested. */
import { complete } from "../maps/completion.js";

const ends = document.querySelector(".ride-ends");
for (const end of ends.querySelectorAll(".ride-end")) {
  const input = end.querySelector("input");
  const select = end.querySelector("select");
  Object.assign(input.dataset, ends.dataset);
  const list = Object.assign(document.createElement("ul"), { className: "options", id: `${input.id}-options`, hidden: true, ariaLabel: ends.dataset.some });
  list.setAttribute("role", "listbox");
  const status = Object.assign(document.createElement("p"), { className: "visually-hidden" });
  status.setAttribute("role", "status");
  input.parentElement.append(list, status);
  complete(input, list, status, (point) => offer([point], point.id), (points) => offer(points, select.value));

  /* What is chosen already stays in the list until another is. */
  function offer(points, chosen) {
    const kept = [...select.options].filter(({ value }) => chosen && value === chosen && points.every(({ id }) => id !== value));
    select.replaceChildren(new Option("…", ""), ...kept, ...points.map(({ id, label }) => new Option(label, id)));
    select.value = chosen;
  }
}
