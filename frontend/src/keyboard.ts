const TYPING = "input, textarea, select, [contenteditable]";

/** "/" goes to the search box of the top bar, Escape closes an open menu. */
export function focusSearchOnSlash(): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key === "Escape") {
      closeMenus();
      return;
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return;
    for (const box of document.querySelectorAll<HTMLInputElement>(".search input")) {
      if (box.offsetParent === null) continue;
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as HTMLElement).closest("details.menu")) closeMenus();
  });
}

function closeMenus(): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary")?.focus();
  }
}
