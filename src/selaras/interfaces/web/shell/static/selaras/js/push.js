// Lets this browser take pages: asks its owner, subscribes with the installation's key, and sends the form.
export function startPush() {
  const form = document.querySelector("form[data-push-key]");
  if (!form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  document.querySelector("#push-none").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.address.value) return;
    event.preventDefault();
    try {
      if (await Notification.requestPermission() !== "granted") throw new Error("denied");
      const worker = await navigator.serviceWorker.register(form.dataset.pushWorker);
      const subscription = await worker.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: form.dataset.pushKey,
      });
      form.elements.address.value = JSON.stringify(subscription);
      form.submit();
    } catch {
      document.querySelector("#push-refused").hidden = false;
    }
  });
}
