const words = (place: HTMLElement, name: string): string => place.dataset[name] ?? "";

/** The form that takes files: they can be dropped on it; one that is too large is refused before it is sent. */
export function mount(form: HTMLElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  const button = form.querySelector<HTMLButtonElement>("button");
  const said = form.querySelector<HTMLElement>("[data-said]");
  const drop = form.querySelector<HTMLElement>("[data-drop]");
  const chosen = form.querySelector<HTMLElement>("[data-chosen]");
  if (!(form instanceof HTMLFormElement) || !input || !button || !said) return;
  if (drop) {
    drop.hidden = false;
    input.classList.add("visually-hidden");
  }

  const fits = (): boolean => {
    const most = Number(words(form, "mostBytes"));
    if (chosen) chosen.textContent = [...(input.files ?? [])].map((file) => file.name).join("、");
    const large = [...(input.files ?? [])].filter((file) => file.size > most);
    said.hidden = !large.length;
    said.textContent = large.length ? words(form, "tooLarge") + large.map((file) => file.name).join("、") : "";
    return !large.length;
  };

  input.addEventListener("change", fits);
  if (input.files?.length) fits(); // chosen before the script was there
  form.addEventListener("submit", (event) => {
    if (!fits()) return event.preventDefault();
    // After this event, or the button's own name would not be sent; back from the next page it works again.
    setTimeout(() => (button.disabled = true));
    button.textContent = words(form, "sending");
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  for (const kind of ["dragenter", "dragover"] as const) {
    form.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    if (fits()) form.requestSubmit();
  });
}
