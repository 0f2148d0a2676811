const WIDEST_PX = 14;
const PLAIN_PX = 10;
const PITCH_PX = 3;

/** Widths of the floors from the lowest up, or how many there are, or nothing known. */
export type Floors = number[] | number | null;

/** A building as a small stack of bars; the server draws the same sign in lists (places/templatetags/signs.py). */
export function drawSign(floors: Floors, floorsPerBar: number): { drawing: SVGSVGElement; width: number; height: number } {
  const bars = Array.isArray(floors) ? scaled(floors, floorsPerBar) : plain(floors ?? 1, floorsPerBar);
  const height = PITCH_PX * bars.length;
  const svg = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("viewBox", `0 0 ${WIDEST_PX} ${height}`);
  drawing.setAttribute("width", String(WIDEST_PX));
  drawing.setAttribute("height", String(height));
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", bars.map((bar, at) => `M0 ${height - PITCH_PX * (at + 1)}h${bar}v2H0z`).join(""));
  drawing.append(path);
  return { drawing, width: WIDEST_PX, height };
}

function plain(count: number, floorsPerBar: number): number[] {
  return Array<number>(Math.ceil(Math.max(count, 1) / floorsPerBar)).fill(PLAIN_PX);
}

function scaled(floors: number[], floorsPerBar: number): number[] {
  const bars: number[] = [];
  for (let at = 0; at < floors.length; at += floorsPerBar) bars.push(Math.max(...floors.slice(at, at + floorsPerBar)));
  const widest = Math.max(...bars) || 1;
  return bars.map((bar) => Math.max(2, Math.round((WIDEST_PX * bar) / widest)));
}
