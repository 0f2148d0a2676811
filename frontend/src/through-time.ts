/**
 * The slider below a stacking plan: what a month's rate was while it is moved, that month's plan when it is let go.
 * The server draws the line and knows the days; keys move it like any slider, and the page follows when they rest.
 */
const REST = 500;

export function mount(place: HTMLElement): void {
  const form = place as HTMLFormElement;
  const slider = form.querySelector<HTMLInputElement>("input[type=range]");
  const said = form.querySelector<HTMLOutputElement>("output");
  const date = form.querySelector<HTMLInputElement>("input[name=date]");
  if (!slider || !said || !date) return;
  const words = [...form.querySelectorAll("option")].map((option) => option.label);
  const now = form.querySelector(".now");
  const shown = slider.value;
  let resting = 0;

  const tell = (): void => {
    const chosen = words[slider.valueAsNumber] ?? "";
    said.value = chosen;
    slider.setAttribute("aria-valuetext", chosen);
    now?.setAttribute("d", `M${(960 * slider.valueAsNumber) / Number(slider.max)} 0V40`);
  };
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    clearTimeout(resting);
    resting = window.setTimeout(() => {
      if (slider.value === shown) return;
      date.value = said.value.slice(0, 10);
      form.requestSubmit();
    }, REST);
  });
  slider.hidden = false;
  slider.setAttribute("aria-valuetext", words[slider.valueAsNumber] ?? "");
  if (location.hash === "#plan-time") slider.focus({ preventScroll: true });
}
