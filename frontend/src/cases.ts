import { isTyping } from "./keyboard";

const STEPS: Record<string, readonly string[]> = {
  r: ["answer", "asker_replies"],
  h: ["hand_over", "pass_on"],
  e: ["extend"],
};

/** In the list and on the page of a case R answers, H hands on, E extends; forms are sent once and keep what was typed. */
export function mount(place: HTMLElement): void {
  if (place instanceof HTMLFormElement) {
    sendOnce(place);
    keepDraft(place);
    return;
  }
  place.setAttribute("aria-keyshortcuts", "R H E");
  listen();
}

let listening = false;

function listen(): void {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    const steps = STEPS[event.key.toLowerCase()];
    if (!steps || isTyping(event)) return;
    const button = steps
      .map((step) => document.querySelector<HTMLElement>(`[data-steps] [data-step="${step}"]`))
      .find((found) => found !== null);
    const row = document.activeElement?.closest("[data-cases] tbody tr");
    const link = row?.querySelector<HTMLAnchorElement>(":scope > .title a");
    if (!button && !link) return;
    event.preventDefault();
    if (button) button.click();
    else if (link) location.assign(`${link.href}?do=${steps[0] ?? ""}#step`);
  });
}

/** The button rests while the form is on its way; back from the next page it works again. */
function sendOnce(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.dataset["sent"]) return event.preventDefault();
    form.dataset["sent"] = "true";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset["sent"];
    form.removeAttribute("aria-busy");
  });
}

/** What was typed and not sent is there again when the form is opened the next time, in this window only. */
function keepDraft(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLTextAreaElement>("textarea")];
  const key = (box: HTMLTextAreaElement): string => `draft ${new URL(form.action).pathname} ${box.name}`;
  for (const box of boxes) {
    if (!box.value) box.value = sessionStorage.getItem(key(box)) ?? "";
    box.addEventListener("input", () => sessionStorage.setItem(key(box), box.value));
  }
  form.addEventListener("submit", () => boxes.forEach((box) => sessionStorage.removeItem(key(box))));
}
