/**
 * The stacking plan's island. The server draws everything; this adds keys (one tab stop for the whole plan), names
 * under the pointer, families on their own, and a unit's page in the panel beside the drawing.
 */
import htmx from "htmx.org";


type Piece = {
  node: SVGGraphicsElement;
  link: SVGAElement | null;
  floor: string;
  lines: HTMLTableRowElement[];
};

const PHONE = "(max-width: 48em)";
const SVG = "http://www.w3.org/2000/svg";
const NAMES_IN_TIP = 6;

export function mount(place: HTMLElement): void {
  const drawing = place.querySelector<SVGSVGElement>(".plan-scroll .plan-blocks");
  if (!drawing) return;
  const floors = readFloors(place, drawing);
  const links = floors.flat().filter((piece) => piece.link);
  if (!links.length) return;
  const chosen = new Chosen(place, drawing);
  const find = (target: EventTarget | null): Piece | undefined => {
    const node = (target as Element | null)?.closest("[data-floor] > *");
    return node ? pieceOf.get(node) : undefined;
  };
  const pieceOf = new Map<Element, Piece>(floors.flat().map((piece) => [piece.node, piece]));

  nameOnHover(place, drawing, find);
  moveByKeys(drawing, floors, find);
  isolateFamilies(place, drawing);
  openListFor(place, drawing);

  drawing.addEventListener("click", (event) => {
    const piece = find(event.target);
    if (!piece?.link || !opensInPanel(event, piece.link)) return;
    event.preventDefault();
    void chosen.open(piece);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen.piece) chosen.close();
  });
  const wanted = links.find((piece) => `#${address(piece)}` === decodeURIComponent(location.hash));
  if (wanted?.link && chosen.panel && !matchMedia(PHONE).matches) void chosen.open(wanted);
}

/** The pieces of every floor, top floor first, each with its lines of the list below. */
function readFloors(place: HTMLElement, drawing: SVGSVGElement): Piece[][] {
  return [...drawing.querySelectorAll<SVGGElement>("[data-floor]")].map((row) => {
    const floor = row.dataset["floor"] ?? "";
    const lines = [...place.querySelectorAll<HTMLTableRowElement>(`#floor-${CSS.escape(floor)} > tr`)];
    let next = 0;
    return ([...row.querySelectorAll(":scope > :not(.badge)")] as SVGGraphicsElement[]).map((node) => {
      const count = Number(node.dataset["rows"] ?? 1);
      const link = node instanceof SVGAElement ? node : null;
      if (link) nameWithoutNativeTip(link);
      return { node, link, floor, lines: lines.slice(next, (next += count)) };
    });
  });
}

/** The accessible name stays; the browser's own tip would cover ours. */
function nameWithoutNativeTip(link: SVGAElement): void {
  const title = link.querySelector("title");
  if (!title) return;
  link.setAttribute("aria-label", title.textContent ?? "");
  title.remove();
}

function cellText(line: HTMLTableRowElement, fromRight: number): string {
  return line.cells[line.cells.length - fromRight]?.textContent?.trim() ?? "";
}

/** 「unit-17-1703–1705」: what the address of the page says while the piece is open. */
function address(piece: Piece): string {
  const line = piece.lines[0];
  return `unit-${piece.floor}-${line ? cellText(line, 5) : ""}`;
}

function opensInPanel(event: MouseEvent, link: SVGAElement): boolean {
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const panel = document.querySelector("[data-plan-panel]");
  return plain && panel !== null && !link.href.baseVal.startsWith("#") && !matchMedia(PHONE).matches;
}

/* Keys: ↑↓ floor, ←→ unit, Home and End the floor's ends. Enter is the link's own. */
function moveByKeys(drawing: SVGSVGElement, floors: Piece[][], find: (t: EventTarget | null) => Piece | undefined): void {
  const rows = floors.map((row) => row.filter((piece) => piece.link)).filter((row) => row.length);
  const all = rows.flat();
  for (const piece of all) piece.link?.setAttribute("tabindex", "-1");
  let stop = rows[0]?.[0];
  stop?.link?.setAttribute("tabindex", "0");
  /** Where ↑ and ↓ aim: it stays while one moves along a column of uneven units. */
  let column: number | null = null;

  const centre = (piece: Piece): number => {
    const box = piece.node.getBBox();
    return box.x + box.width / 2;
  };
  const nearest = (row: Piece[], x: number): Piece | undefined =>
    row.reduce<Piece | undefined>(
      (best, piece) => (!best || distance(piece, x) < distance(best, x) ? piece : best),
      undefined,
    );
  const goTo = (piece: Piece | undefined): void => {
    if (!piece?.link) return;
    piece.link.focus();
    piece.node.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  drawing.addEventListener("focusin", (event) => {
    const piece = find(event.target);
    if (!piece?.link) return;
    stop?.link?.setAttribute("tabindex", "-1");
    stop = piece;
    piece.link.setAttribute("tabindex", "0");
  });
  drawing.addEventListener("keydown", (event) => {
    const piece = find(event.target);
    if (!piece || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex((row) => row.includes(piece));
    const row = rows[at] ?? [];
    const here = row.indexOf(piece);
    const up = event.key === "ArrowUp";
    if (up || event.key === "ArrowDown") {
      column ??= centre(piece);
      const target = rows[at + (up ? -1 : 1)];
      if (target) goTo(nearest(target, column));
    } else {
      const along: Record<string, Piece | undefined> = {
        ArrowLeft: row[here - 1],
        ArrowRight: row[here + 1],
        Home: row[0],
        End: row[row.length - 1],
      };
      if (!(event.key in along)) return;
      column = null;
      goTo(along[event.key]);
    }
    event.preventDefault();
  });
  drawing.addEventListener("pointerdown", () => (column = null));
  const hint = drawing.closest("[data-stacking-plan]")?.querySelector<HTMLElement>(".plan-hint");
  if (hint) hint.hidden = false;
}

function distance(piece: Piece, x: number): number {
  const box = piece.node.getBBox();
  return Math.max(box.x - x, x - box.x - box.width, 0);
}

/* Names: what the drawing has no room for, from the list below. */
function nameOnHover(
  place: HTMLElement,
  drawing: SVGSVGElement,
  find: (target: EventTarget | null) => Piece | undefined,
): void {
  const tip = document.createElement("div");
  tip.className = "plan-tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  place.append(tip);
  const headings = [...place.querySelectorAll(".plan-list thead th")].map((cell) => cell.textContent ?? "");
  const hide = (): void => void (tip.hidden = true);

  const show = (event: Event): void => {
    const piece = find(event.target);
    if (!piece) return hide();
    const label = piece.link?.getAttribute("aria-label") ?? piece.node.querySelector("title")?.textContent ?? "";
    tip.replaceChildren(...describe(label, piece.lines, headings));
    tip.hidden = false;
    placeTip(tip, piece.node.getBoundingClientRect(), place.getBoundingClientRect());
  };
  drawing.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") show(event);
  });
  drawing.addEventListener("pointerleave", hide);
  drawing.addEventListener("focusin", (event) => {
    if ((event.target as Element).matches(":focus-visible")) show(event);
  });
  drawing.addEventListener("focusout", hide);
  place.querySelector(".plan-scroll")?.addEventListener("scroll", hide, { passive: true });
}

function describe(label: string, lines: HTMLTableRowElement[], headings: string[]): HTMLElement[] {
  const names = lines.slice(0, NAMES_IN_TIP).map((line) => cellText(line, 4));
  const rest = lines.length - names.length;
  const title = document.createElement("b");
  title.textContent = names.join("、") + (rest > 0 ? ` +${rest}` : "");
  const said = document.createElement("span");
  said.textContent = label;
  const parts = [title, said];
  const line = lines[0];
  if (lines.length === 1 && line) {
    const facts = [2, 1].flatMap((column) => {
      const value = cellText(line, column);
      return value ? [`${headings[headings.length - column]} ${value}`] : [];
    });
    if (facts.length) {
      const more = document.createElement("div");
      more.textContent = facts.join("　");
      parts.push(more);
    }
  }
  return parts;
}

/** Under the piece, or above it where there is no room; never beyond the plan's edges. */
function placeTip(tip: HTMLElement, piece: DOMRect, frame: DOMRect): void {
  const left = Math.min(Math.max(piece.left, frame.left), frame.right - tip.offsetWidth);
  const below = piece.bottom + 6 + tip.offsetHeight <= innerHeight;
  const top = below ? piece.bottom + 6 : piece.top - tip.offsetHeight - 6;
  tip.style.left = `${Math.round(left - frame.left)}px`;
  tip.style.top = `${Math.round(top - frame.top)}px`;
}

/* Legend: one family on its own, while the pointer is on it or until it is pressed again. */
function isolateFamilies(place: HTMLElement, drawing: SVGSVGElement): void {
  const rows = [...place.querySelectorAll<HTMLTableRowElement>(".plan-legend tr[data-fill]")];
  let held: string | null = null;
  const isolate = (fill: string | null): void => {
    for (const node of drawing.querySelectorAll("[data-floor] > :not(.badge)")) {
      const kept = fill === null || (fill === "shared" ? node.matches(".shared") : node.querySelector(`path.${fill}`));
      node.classList.toggle("faded", !kept);
    }
    for (const row of rows) row.classList.toggle("isolated", row.dataset["fill"] === fill);
  };
  for (const row of rows) {
    const fill = row.dataset["fill"] ?? "";
    const heading = row.querySelector("th");
    if (!heading) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.append(...heading.childNodes);
    heading.append(button);
    row.dataset["isolates"] = "";
    row.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && isolate(fill));
    row.addEventListener("pointerleave", () => isolate(held));
    row.addEventListener("click", () => {
      held = held === fill ? null : fill;
      for (const other of rows) {
        other.querySelector("button")?.setAttribute("aria-pressed", String(other.dataset["fill"] === held));
      }
      isolate(held);
    });
  }
}

/** A shared unit's link leads to its floor in the list, which has to be open to be reached. */
function openListFor(place: HTMLElement, drawing: SVGSVGElement): void {
  const list = place.querySelector<HTMLDetailsElement>(".plan-list");
  drawing.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    if (list && link?.getAttribute("href")?.startsWith("#")) list.open = true;
  });
}

/** The piece whose page stands in the panel: its frame, its floor's number in blue, the line that leads there. */
class Chosen {
  piece: Piece | null = null;
  readonly panel = document.querySelector<HTMLElement>("[data-plan-panel]");
  private readonly status: HTMLElement | null;
  private readonly empty: string;
  private running: AbortController | null = null;
  private frame: SVGGElement | null = null;
  private leader: SVGSVGElement | null = null;

  constructor(
    private readonly place: HTMLElement,
    private readonly drawing: SVGSVGElement,
  ) {
    this.status = place.querySelector("[data-plan-status]");
    this.empty = this.panel?.innerHTML ?? "";
    this.panel?.addEventListener("click", (event) => {
      if (!(event.target as Element).closest("[data-plan-close]")) return;
      event.preventDefault();
      this.close();
    });
    addEventListener("resize", () => this.lead());
    place.querySelector(".plan-scroll")?.addEventListener("scroll", () => this.lead(), { passive: true });
  }

  /** Loads the piece's page into the panel; where that fails the link is followed as any other. */
  async open(piece: Piece): Promise<void> {
    const href = piece.link?.href.baseVal;
    if (!this.panel || !href) return;
    this.mark(piece);
    this.running?.abort();
    const running = (this.running = new AbortController());
    const url = new URL(href, location.href);
    url.searchParams.set("panel", "1");
    this.panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: running.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.panel.innerHTML = await answer.text();
      htmx.process(this.panel);
    } catch {
      if (!running.signal.aborted) location.assign(href);
      return;
    }
    this.panel.removeAttribute("aria-busy");
    history.replaceState(history.state, "", `#${encodeURIComponent(address(piece))}`);
    if (this.status) this.status.textContent = piece.link?.getAttribute("aria-label") ?? "";
    this.lead();
  }

  close(): void {
    const link = this.piece?.link;
    this.running?.abort();
    this.unmark();
    if (this.panel) {
      this.panel.innerHTML = this.empty;
      this.panel.removeAttribute("aria-busy");
    }
    history.replaceState(history.state, "", location.pathname + location.search);
    link?.focus();
  }

  private mark(piece: Piece): void {
    this.unmark();
    this.piece = piece;
    piece.node.classList.add("chosen");
    piece.link?.setAttribute("aria-current", "true");
    this.floorNumber(piece)?.classList.add("here");
    const box = piece.node.querySelector("path")?.getBBox();
    if (!box) return;
    this.frame = draw("g", { class: "plan-chosen" });
    const outline = (inset: number): string =>
      `M${box.x + inset} ${box.y + inset}h${box.width - 2 * inset}v${box.height - 2 * inset}h${2 * inset - box.width}z`;
    this.frame.append(draw("path", { d: outline(1.5) }), draw("path", { d: outline(0) }));
    piece.node.parentElement?.append(this.frame);
    this.lead();
  }

  private unmark(): void {
    if (this.piece) {
      this.piece.node.classList.remove("chosen");
      this.piece.link?.removeAttribute("aria-current");
      this.floorNumber(this.piece)?.classList.remove("here");
    }
    this.frame?.remove();
    this.leader?.remove();
    this.piece = this.frame = this.leader = null;
  }

  private floorNumber(piece: Piece): Element | undefined {
    const numbers = [...this.place.querySelectorAll(".plan-floors text")];
    return numbers.find((number) => number.textContent === piece.floor);
  }

  /** From the piece's corner, in the gap between two floors, to the panel; none where the panel is not beside. */
  private lead(): void {
    this.leader?.remove();
    this.leader = null;
    if (!this.piece || !this.panel || getComputedStyle(this.panel).position === "fixed") return;
    const frame = this.place.getBoundingClientRect();
    const piece = this.piece.node.querySelector("path")?.getBoundingClientRect();
    const panel = this.panel.getBoundingClientRect();
    const scroll = this.drawing.parentElement?.getBoundingClientRect();
    if (!piece || !scroll || panel.left < scroll.right - 1 || piece.right > scroll.right || !panel.height) return;
    const x = Math.round(piece.right - frame.left);
    const y = Math.round(piece.bottom - frame.top) + 1;
    const toX = Math.round(panel.left - frame.left) - 0.5;
    const toY = Math.round(panel.top - frame.top);
    this.leader = draw("svg", { class: "plan-leader", width: "1", height: "1", "aria-hidden": "true" });
    this.leader.append(
      draw("path", { d: `M${x} ${y}H${toX}V${toY}` }),
      draw("circle", { cx: String(x), cy: String(y), r: "3" }),
    );
    this.leader.style.inset = "0 auto auto 0";
    this.place.append(this.leader);
  }
}

function draw<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
