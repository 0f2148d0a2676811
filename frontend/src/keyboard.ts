const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** Whether a key is meant for what stands under it (a field, a browser's own shortcut), not for the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING) !== null;
}

/** "/" goes to the search box of the top bar, "?" shows the keys of this page, Escape closes an open menu. */
export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    if (isTyping(event)) return;
    if (event.key === "/") focusSearch(event);
    if (event.key === "?") toggleKeys(event);
  });
  document.addEventListener("click", (event) => {
    if (!(event.target as HTMLElement).closest("details.menu")) closeMenus();
  });
}

function focusSearch(event: KeyboardEvent): void {
  for (const box of document.querySelectorAll<HTMLInputElement>(".search input")) {
    if (box.offsetParent === null) continue;
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
}

function toggleKeys(event: KeyboardEvent): void {
  const keys = document.querySelector<HTMLDetailsElement>("details[data-keys]");
  if (!keys) return;
  event.preventDefault();
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary")?.focus();
}

function closeMenus(): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary")?.focus();
  }
}
