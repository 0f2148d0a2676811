import { isTyping } from "./keyboard";

/**
 * J and K move from row to row: the row's own link has the focus, so that Enter opens it. X chooses the row, Shift+X
 * all rows from the one chosen last. What was pasted of several cells is looked for one by one.
 */
export function mount(place: HTMLElement): void {
  place.setAttribute("aria-keyshortcuts", "J K X Shift+X");
  const form = place.querySelector<HTMLFormElement>("form[data-bulk]");
  if (form) keepCount(form);
  listen();
}

const boxes = (): HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('[data-list] tbody input[name="row"]')];
const rowNow = (): HTMLTableRowElement | null => document.activeElement?.closest<HTMLTableRowElement>("[data-list] tbody tr") ?? null;
let last: HTMLInputElement | null = null;
let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    const key = event.key.toLowerCase();
    if (key === "j") move(1, event);
    if (key === "k") move(-1, event);
    if (key === "x") choose(event);
  });
  document.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    if (!box.matches('[data-list] tbody input[name="row"]')) return;
    if (event.shiftKey) chooseUpTo(box);
    last = box;
  });
  document.addEventListener("paste", pasteSeveral);
  window.addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>("form[data-bulk]").forEach(tell));
}

function move(step: number, event: Event): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-list] tbody tr > .title a")];
  if (!links.length) return;
  event.preventDefault();
  const row = rowNow();
  const now = row ? links.findIndex((link) => row.contains(link)) : -1;
  const next = now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step;
  const link = links[Math.min(Math.max(next, 0), links.length - 1)];
  link?.focus();
  link?.closest("tr")?.scrollIntoView({ block: "nearest" });
}

function choose(event: KeyboardEvent): void {
  const box = rowNow()?.querySelector<HTMLInputElement>('input[name="row"]');
  if (!box) return;
  event.preventDefault();
  box.checked = event.shiftKey || !box.checked;
  if (event.shiftKey) chooseUpTo(box);
  last = box;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The rows between the one chosen last and this one become as this one is. */
function chooseUpTo(box: HTMLInputElement): void {
  const all = boxes();
  const from = last ? all.indexOf(last) : -1;
  const to = all.indexOf(box);
  if (from < 0 || to < 0) return;
  for (const between of all.slice(Math.min(from, to), Math.max(from, to) + 1)) between.checked = box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The box of the header chooses the rows of the page one by one; the bar counts them. */
function keepCount(form: HTMLFormElement): void {
  const whole = form.querySelector<HTMLInputElement>('input[name="rows"]');
  whole?.removeAttribute("name");
  form.addEventListener("change", (event) => {
    if (event.target === whole) for (const box of boxes()) box.checked = whole?.checked ?? false;
    tell(form);
  });
  tell(form);
}

function tell(form: HTMLFormElement): void {
  const rows = [...form.querySelectorAll<HTMLInputElement>('input[name="row"]')];
  const chosen = rows.filter((box) => box.checked).length;
  const everything = form.querySelector<HTMLInputElement>('input[name="everything"]');
  const count = form.querySelector<HTMLElement>(".bulk-count");
  if (count) count.textContent = (count.dataset["words"] ?? "").replace("%(count)s", String(chosen));
  count?.toggleAttribute("hidden", everything?.checked ?? false);
  const whole = form.querySelector<HTMLInputElement>("thead .pick input");
  if (whole) {
    whole.checked = chosen > 0 && chosen === rows.length;
    whole.indeterminate = chosen > 0 && chosen < rows.length;
  }
}

/** Several cells pasted into the search box go into the box for several values, and are looked for at once. */
function pasteSeveral(event: ClipboardEvent): void {
  const box = event.target as HTMLElement;
  const text = event.clipboardData?.getData("text/plain").trim() ?? "";
  const form = box.closest<HTMLFormElement>("#list-form");
  const several = form?.querySelector<HTMLTextAreaElement>('textarea[name="any"]');
  if (!form || !several || !box.matches('input[name="q"]') || !/[\n\t]/.test(text)) return;
  event.preventDefault();
  several.value = text;
  several.closest("details")?.setAttribute("open", "");
  form.requestSubmit();
}
