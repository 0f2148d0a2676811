import "leaflet/dist/leaflet.css";
import "./styles/map-island.css";

import type { Feature, FeatureCollection, Point, Polygon, Position } from "geojson";
import * as L from "leaflet";

import { drawSign, type Sign } from "./sign";

type Area = Feature<Polygon, { name: string }>;
type Building = Feature<Point, { id: string; name: string; key: boolean; floors: number | null }>;

/** A small map draws its buildings at half the height. */
const NARROW_PX = 600;

/** Steps away from a middle, in px, the shortest first. */
const NEARBY: L.Point[] = [0, -20, 20, -36, 36]
  .flatMap((down) => [0, -20, 20, -40, 40].map((right) => L.point(right, down)))
  .sort((one, other) => Math.hypot(one.x, one.y) - Math.hypot(other.x, other.y));

/** Draws the district: its outlines, the tiles where there are some, each building as its sign. */
export function mount(place: HTMLElement): void {
  const areas = read<Area>("map-areas");
  const buildings = read<Building>("map-buildings");
  const { tiles = "", zoomIn = "+", zoomOut = "−", close = "×" } = place.dataset;

  const floorsPerBar = place.clientWidth < NARROW_PX ? 4 : 2;
  const signs = new Map(buildings.features.map((b) => [b, drawSign(b.properties.floors, floorsPerBar)]));

  const map = L.map(place, {
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: false,
    zoomSnap: 0.25,
    maxZoom: 18,
  });
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut, position: "bottomleft" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  if (tiles) L.tileLayer(tiles, { maxZoom: 18 }).addTo(map);
  // The wheel scrolls the page until the map was chosen.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());

  const outlines = L.geoJSON(areas, {
    interactive: false,
    style: { className: tiles ? "map-area over-tiles" : "map-area", weight: 1, fillOpacity: 1 },
    // Simplified one by one, neighbours would lose their common border.
    onEachFeature: (_, layer) => Object.assign(layer.options, { smoothFactor: 0 }),
  }).addTo(map);
  for (const [building, sign] of signs) {
    const entry = document.querySelector<HTMLElement>(`[data-building="${building.properties.id}"]`);
    const marker = markerOf(building, sign, entry, close).addTo(map);
    if (entry) follow(entry, marker);
  }
  frame(map, outlines.getBounds(), buildings.features.map(where));
  const taken = [...signs].map(([building, sign]) => boxOf(map.latLngToLayerPoint(where(building)), sign));
  for (const area of areas.features) nameOf(area, map, taken).addTo(map);
}

function read<F extends Feature>(id: string): FeatureCollection<F["geometry"], F["properties"]> {
  const written = document.getElementById(id)?.textContent;
  return written ? JSON.parse(written) : { type: "FeatureCollection", features: [] };
}

function where(building: Building): L.LatLngTuple {
  const [longitude = 0, latitude = 0] = building.geometry.coordinates;
  return [latitude, longitude];
}

/** The box of a sign whose foot stands on a point, in px. */
function boxOf(foot: L.Point, { width, height }: Sign): L.Bounds {
  return L.bounds(foot.subtract([width / 2, height]), foot.add([width / 2, 0]));
}

/** An area's name, as near to its middle as leaves free what is taken; its own box is taken then. */
function nameOf(area: Area, map: L.Map, taken: L.Bounds[]): L.Marker {
  const label = document.createElement("span");
  label.textContent = area.properties.name;
  const centre = map.latLngToLayerPoint(middle(area.geometry.coordinates[0] ?? []));
  const half = L.point(area.properties.name.length * 7 + 4, 12);
  const around = (point: L.Point): L.Bounds => L.bounds(point.subtract(half), point.add(half));
  const free = NEARBY.map((step) => centre.add(step)).find(
    (point) => !taken.some((box) => box.overlaps(around(point))),
  );
  taken.push(around(free ?? centre));
  return L.marker(map.layerPointToLatLng(free ?? centre), {
    icon: L.divIcon({ className: "map-name", html: label, iconSize: [0, 0] }),
    interactive: false,
    keyboard: false,
    zIndexOffset: -10000,
  });
}

/** Centre of gravity of a ring. */
function middle(ring: Position[]): L.LatLngTuple {
  let [area, x, y] = [0, 0, 0];
  ring.slice(1).forEach(([x2 = 0, y2 = 0], index) => {
    const [x1 = 0, y1 = 0] = ring[index] ?? [];
    const cross = x1 * y2 - x2 * y1;
    area += cross;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  });
  return [y / (3 * area), x / (3 * area)];
}

/** A building's sign, its foot on its place. Not a tab stop: the same buildings stand in the list beside the map. */
function markerOf(building: Building, sign: Sign, entry: HTMLElement | null, close: string): L.Marker {
  const { name, key } = building.properties;
  const { drawing, width, height } = sign;
  const icon = L.divIcon({
    className: key ? "map-building of-note" : "map-building",
    html: drawing as unknown as HTMLElement,
    iconSize: [width + 8, height + 6],
    iconAnchor: [width / 2 + 4, height + 4],
    popupAnchor: [0, -height],
  });
  const marker = L.marker(where(building), { icon, keyboard: false, riseOnHover: true });
  marker.bindTooltip(name, { direction: "top", offset: [0, -height - 2] });
  marker.on("add", () => marker.getElement()?.setAttribute("aria-hidden", "true"));
  const words = entry?.querySelector(".building-words");
  if (words) {
    marker.bindPopup(() => words.cloneNode(true) as HTMLElement, { minWidth: 160, maxWidth: 280 });
    marker.on("popupopen", ({ popup }) => {
      marker.closeTooltip();
      popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", close);
    });
  }
  return marker;
}

/** The building under the pointer or the focus in the list is blue on the map. */
function follow(entry: HTMLElement, marker: L.Marker): void {
  const show = (here: boolean): void => {
    marker.getElement()?.classList.toggle("here", here);
    marker.setZIndexOffset(here ? 10000 : 0);
    if (here) marker.openTooltip();
    else marker.closeTooltip();
  };
  for (const event of ["mouseenter", "focusin"]) entry.addEventListener(event, () => show(true));
  for (const event of ["mouseleave", "focusout"]) entry.addEventListener(event, () => show(false));
}

function frame(map: L.Map, bounds: L.LatLngBounds, places: L.LatLngTuple[]): void {
  for (const place of places) bounds.extend(place);
  if (!bounds.isValid()) {
    map.setView([0, 0], 2);
    return;
  }
  map.fitBounds(bounds, { padding: [12, 12] });
  map.setMinZoom(map.getZoom() - 0.5);
  map.setMaxBounds(bounds.pad(0.5));
}
