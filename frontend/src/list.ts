const TYPING = "input, textarea, select, [contenteditable]";

/** J and K move from row to row; the row's own link has the focus, so that Enter opens it. */
export function mount(place: HTMLElement): void {
  place.setAttribute("aria-keyshortcuts", "J K");
  listen();
}

let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    const target = event.target as HTMLElement;
    if (!step || event.ctrlKey || event.metaKey || event.altKey || target.closest(TYPING)) return;
    const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-list] tbody tr > :first-child a")];
    if (!links.length) return;
    event.preventDefault();
    const now = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
    const next = now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step;
    const link = links[Math.min(Math.max(next, 0), links.length - 1)];
    link?.focus();
    link?.closest("tr")?.scrollIntoView({ block: "nearest" });
  });
}
