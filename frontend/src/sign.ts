const WIDEST_PX = 14;
const PLAIN_PX = 10;
const PITCH_PX = 3;

export interface Sign {
  drawing: SVGSVGElement;
  width: number;
  height: number;
}

/** A building as a small stack of bars; the server draws the same sign in lists (places/templatetags/signs.py). */
export function drawSign(floors: number | null, floorsPerBar: number): Sign {
  const bars = Math.ceil(Math.max(floors ?? 1, 1) / floorsPerBar);
  const height = PITCH_PX * bars;
  const svg = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("viewBox", `0 0 ${WIDEST_PX} ${height}`);
  drawing.setAttribute("width", String(WIDEST_PX));
  drawing.setAttribute("height", String(height));
  const path = document.createElementNS(svg, "path");
  path.setAttribute("d", Array.from({ length: bars }, (_, at) => `M2 ${PITCH_PX * at}h${PLAIN_PX}v2H2z`).join(""));
  drawing.append(path);
  return { drawing, width: WIDEST_PX, height };
}
