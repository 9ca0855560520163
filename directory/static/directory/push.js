/* Asks this browser to take notifications, when the button is pressed and never before; a form carries its answer. */
const form = document.getElementById("add-browser");
const status = form.querySelector("[role=status]");

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  document.getElementById("no-push").hidden = true;
  form.hidden = false;
  form.querySelector("button").addEventListener("click", ask);
}

async function ask() {
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
    await navigator.serviceWorker.register(form.dataset.worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    const former = await pushManager.getSubscription();
    if (former) await former.unsubscribe(); // of another key, or of who used this browser before
    const key = bytes(form.dataset.key);
    const { endpoint, keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
    for (const [name, value] of Object.entries({ endpoint, p256dh: keys.p256dh, auth: keys.auth })) form.elements[name].value = value;
    form.submit();
  } catch {
    status.textContent = form.dataset.refused;
  }
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
