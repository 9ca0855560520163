/* An answer that could not be sent is said where it was written, and stays written. */
document.addEventListener("htmx:sendError", ({ target }) => {
  const said = target.querySelector("[data-unsent]");
  if (said) said.textContent = said.dataset.unsent;
});
