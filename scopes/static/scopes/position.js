/* The device's position, asked for once and sent in a form's body: never in an address, never kept. */
const section = document.getElementById("position");

if (section && navigator.geolocation) {
  const form = section.querySelector("form");
  section.hidden = false;
  form.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(send, refuse, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
  });

  function send({ coords }) {
    for (const name of ["longitude", "latitude", "accuracy"]) form.elements[name].value = coords[name];
    form.submit();
  }

  function refuse() {
    form.querySelector("[role=status]").textContent = form.dataset.refused;
  }
}
