/* A poster's QR code carries its code behind "#": no browser sends that part, so no log holds it. */
const KEY = "alentour-code";
const read = decodeURIComponent(location.hash.slice(1));
const box = document.getElementById("id_code");

if (read) {
  history.replaceState(null, "", location.pathname);
  sessionStorage.setItem(KEY, read);
}
if (box && !box.value && sessionStorage.getItem(KEY)) {
  box.value = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
}
