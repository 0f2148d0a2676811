import "modern-normalize/modern-normalize.css";
import "./styles/index.css";

import "htmx.org";

import { goBackInHistory } from "./back";
import { watchConnection } from "./connection";
import { rememberLargerType } from "./display";
import { listenToKeys } from "./keyboard";
import { showRefusalsInPlace } from "./refusals";

/** An island is loaded only where the page has a place for it, and takes that place as its one argument. */
type Island = { mount: (place: HTMLElement) => void };

const islands: Record<string, () => Promise<Island>> = {
  "[data-cases], [data-steps], [data-once]": () => import("./cases"),
  "[data-import]": () => import("./import"),
  "[data-list]": () => import("./list"),
  "[data-map]": () => import("./map"),
  "[data-plan-time]": () => import("./through-time"),
  "[data-stacking-plan]": () => import("./stacking"),
};

async function mountIslands(within: ParentNode): Promise<void> {
  for (const [selector, load] of Object.entries(islands)) {
    for (const place of within.querySelectorAll<HTMLElement>(selector)) {
      if (place.dataset["mounted"]) continue;
      place.dataset["mounted"] = "true";
      (await load()).mount(place);
    }
  }
}

rememberLargerType();
listenToKeys();
watchConnection();
goBackInHistory();
showRefusalsInPlace();
void mountIslands(document);
document.body.addEventListener("htmx:load", (event) => void mountIslands(event.target as HTMLElement));
