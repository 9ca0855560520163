/* On a phone the list is a sheet over the map, with three stops: dragged, or moved by its buttons and arrow keys. */
const STOPS = [0.84, 0.42, 0.12]; // share of the stage left above the sheet: low, half, high
const LOW = 0, HALF = 1, HIGH = 2;

export function slide(sheet) {
  const handle = sheet.querySelector(".handle");
  const phone = window.matchMedia("(max-width: 767.98px)");
  const covered = () => (phone.matches && handle ? Math.round(sheet.offsetHeight * (1 - STOPS[HALF])) : 0);
  if (!handle) return { covered: () => 0, reveal() {} };

  const [grip, lower, raise] = handle.querySelectorAll("button");
  let stop = HALF, start, moved;

  function rest(at) {
    stop = Math.max(LOW, Math.min(HIGH, at));
    sheet.style.setProperty("--sheet-top", `${STOPS[stop] * 100}%`);
    sheet.dataset.stop = stop;
    lower.disabled = stop === LOW;
    raise.disabled = stop === HIGH;
  }

  lower.addEventListener("click", () => rest(stop - 1));
  raise.addEventListener("click", () => rest(stop + 1));
  grip.addEventListener("click", () => moved || rest(stop === HIGH ? LOW : stop + 1));
  grip.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step) {
      event.preventDefault();
      rest(stop + step);
    }
  });

  handle.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".lower, .raise")) return;
    start = event.clientY;
    moved = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (start === undefined) return;
    moved ||= Math.abs(event.clientY - start) > 6;
    sheet.classList.toggle("is-dragged", moved);
    if (moved) sheet.style.setProperty("--sheet-top", `${STOPS[stop] * sheet.offsetHeight + event.clientY - start}px`);
  });
  for (const type of ["pointerup", "pointercancel"]) {
    handle.addEventListener(type, (event) => {
      if (start === undefined) return;
      const share = STOPS[stop] + (event.clientY - start) / sheet.offsetHeight;
      sheet.classList.remove("is-dragged");
      if (moved) rest(STOPS.reduce((nearest, at, index) => (Math.abs(at - share) < Math.abs(STOPS[nearest] - share) ? index : nearest), 0));
      start = undefined;
    });
  }

  /* A control that takes the focus below the edge lifts the sheet. */
  sheet.addEventListener("focusin", (event) => phone.matches && !handle.contains(event.target) && stop === LOW && rest(HALF));
  rest(HALF);
  return { covered, reveal: () => phone.matches && stop === LOW && rest(HALF) };
}
