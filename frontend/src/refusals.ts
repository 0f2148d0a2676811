type Swap = CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean; target: Element; swapOverride?: string }>;

/** A refusal that answers an htmx request is shown above the page, not in the place of what was asked for. */
export function showRefusalsInPlace(): void {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as Swap;
    const messages = document.querySelector(".messages");
    if (!messages || detail.xhr.status < 400 || !detail.xhr.responseText.includes("data-refusal")) return;
    detail.shouldSwap = true;
    detail.isError = false;
    detail.target = messages;
    detail.swapOverride = "innerHTML";
    window.scrollTo({ top: 0 });
  });
}
