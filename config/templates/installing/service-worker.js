/* Shows what is pushed, and a page of ours without a network. It keeps public files alone: no page is ever kept. */
const OFFLINE = "{% url "offline" %}";
const KEPT = [OFFLINE{% for file in kept %}, "{{ file|escapejs }}"{% endfor %}];
const CACHE = "alentour {{ kept|join:" "|escapejs }}";

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

async function keep() {
  const cache = await caches.open(CACHE);
  // Without cookies: what is kept is the same for everyone.
  await Promise.all(KEPT.map(async (file) => {
    const answer = await fetch(file, { credentials: "omit", cache: "no-cache" });
    if (answer.ok) await cache.put(file, answer);
  }));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

async function forgetOlder() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const isKept = KEPT.includes(new URL(request.url).pathname);
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (isKept) event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});

self.addEventListener("push", (event) => {
  if (!event.data) return;
  const { title, body, url, tag, language } = event.data.json();
  const shown = { body, tag, lang: language, icon: "{{ icon|escapejs }}", badge: "{{ icon|escapejs }}", data: { url } };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data.url, self.location.origin)));
});

async function open(address) {
  if (address.origin !== self.location.origin) return;
  for (const client of await self.clients.matchAll({ type: "window" })) {
    if (client.url === address.href) return client.focus();
  }
  return self.clients.openWindow(address.href);
}
