/** The 大字 switch works at once and without a page load; without script its form does the same. */
export function rememberLargerType(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-larger]")) return;
    event.preventDefault();
    const larger = document.documentElement.classList.toggle("larger");
    document.cookie = `larger=${larger ? "1" : "0"};path=/;max-age=31536000;samesite=lax`;
    for (const other of document.querySelectorAll<HTMLFormElement>("[data-larger]")) {
      other.querySelector("button")?.setAttribute("aria-pressed", String(larger));
      const wish = other.querySelector<HTMLInputElement>("input[name=larger]");
      if (wish) wish.value = larger ? "0" : "1";
    }
    window.dispatchEvent(new Event("resize"));
  });
}
