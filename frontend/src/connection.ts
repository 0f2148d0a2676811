/** Says calmly that there is no signal, as long as there is none. */
export function watchConnection(): void {
  const bar = document.querySelector<HTMLElement>("[data-offline]");
  if (!bar) return;
  const words = bar.dataset["offline"] ?? "";
  const show = (): void => {
    bar.hidden = navigator.onLine;
    // Written anew each time, so that a screen reader hears it.
    bar.textContent = navigator.onLine ? "" : words;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  if (!navigator.onLine) show();
}
