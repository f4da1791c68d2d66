// Shows what was pushed, and opens the page of its link. A repeat carries the same tag and replaces the first.
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(told.title || "Selaras", {
    body: told.body || "",
    tag: told.key,
    requireInteraction: Boolean(told.urgent),
    data: { url: told.url || "/duty" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
