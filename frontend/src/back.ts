/** A link back keeps what was typed on the page before; without script it leads to its address. */
export function goBackInHistory(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target as HTMLElement).closest("[data-back]") || history.length < 2) return;
    event.preventDefault();
    history.back();
  });
}
