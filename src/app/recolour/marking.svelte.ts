import { lightnessOfGray8 } from '../../image/colour/lab.ts';
import { LIGHTNESS_MAX } from '../../image/photograph.ts';
import type { ChromaPlanes } from '../../worker/protocol.ts';
import type { Place } from '../../worker/recolour-protocol.ts';
import { words } from '../i18n/recolour.ts';
import type { Photo } from '../photo/photo.svelte.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import type { Recolouring } from './recolouring.svelte.ts';

/** What a pointer on the picture does: nothing of this tool's, or it marks. */
export type Marker = 'hint' | 'rectangle' | 'lasso';

/** The part of the longer side whose mean lightness is that of a place. */
const SPOT = 0.01;

/** What is being marked on the picture: where the cross stands, which corners there are, which hint is looked at. */
export class Marking {
  readonly recolouring: Recolouring;
  marker = $state<Marker | null>(null);
  /** Where the keyboard's cross stands. */
  cross = $state.raw<Place>({ x: 0.5, y: 0.5 });
  /** Corners of the outline that is being drawn. */
  corners = $state.raw<readonly Place[]>([]);
  #selected = $state<number | null>(null);
  /** L* of the photograph at the selected hint. */
  #lightness = $state(50);

  constructor(recolouring: Recolouring) {
    this.recolouring = recolouring;
  }

  /** Index of the hint whose colour is being chosen; null without one, also where it was undone. */
  get selected(): number | null {
    const { length } = this.recolouring.now.hints;
    return this.#selected !== null && this.#selected < length ? this.#selected : null;
  }
  get lightness(): number {
    return this.#lightness;
  }

  /** Begins to mark, or ends it. */
  use(marker: Marker | null): void {
    this.marker = marker;
    this.corners = [];
    if (marker) this.#selected = null;
  }

  /** Looks at a hint, once it is known how light the photograph is there: which colours can be follows from it. */
  async select(index: number | null): Promise<void> {
    const place = index === null ? null : this.recolouring.now.hints[index];
    try {
      if (place) this.#lightness = await lightnessAt(this.recolouring.photo, place);
    } catch (thrown) {
      this.recolouring.complain(thrown);
    }
    this.#selected = index;
  }

  moveCross(place: Place): void {
    this.cross = place;
    announcer.say(words.where(place));
  }

  /** Puts a hint, in the colour that is there now, and selects it. */
  putHint(place: Place): void {
    const { recolouring } = this;
    const { chosen, colourings } = recolouring;
    const planes = chosen.planes ?? colourings.of(null).planes;
    const index = recolouring.addHint(place, planes ? abAt(planes, place) : { a: 0, b: 0 });
    this.use(null);
    if (index === null) announcer.say(words.hintsFull);
    else void this.select(index);
  }

  /** Adds a corner by the keyboard: of a rectangle the second ends it, of a lasso one that repeats the last. */
  putCorner(place: Place): void {
    const { corners } = this;
    const last = corners.at(-1);
    if (this.marker === 'rectangle' && last) return this.close(rectangleOf(last, place));
    if (last && isSame(last, place)) return this.close(corners);
    this.corners = [...corners, place];
    announcer.say(words.corner(corners.length + 1, words.where(place)));
  }

  /** Locks what an outline goes round; one without area locks nothing. */
  close(outline: readonly Place[]): void {
    this.use(null);
    if (areaOf(outline) > 0) this.recolouring.lock(outline);
  }
}

/** The four corners of a rectangle between two that are opposite. */
export function rectangleOf(from: Place, to: Place): Place[] {
  return [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
}

/** A place inside the photograph. */
export function clamped({ x, y }: Place): Place {
  const share = (value: number) => Math.min(1, Math.max(0, value));
  return { x: share(x), y: share(y) };
}

function isSame(a: Place, b: Place): boolean {
  return a.x === b.x && a.y === b.y;
}

/** Twice what a polygon covers, by its corners. */
function areaOf(outline: readonly Place[]): number {
  const sum = outline.reduce((area, to, i) => {
    const from = outline.at(i - 1)!;
    return area + from.x * to.y - to.x * from.y;
  }, 0);
  return outline.length < 3 ? 0 : Math.abs(sum);
}

function abAt({ width, height, ab }: ChromaPlanes, { x, y }: Place): { a: number; b: number } {
  const column = Math.min(width - 1, Math.floor(x * width));
  const at = Math.min(height - 1, Math.floor(y * height)) * width + column;
  return { a: ab[at]!, b: ab[width * height + at]! };
}

/** L* 0–100 of the original around a place. */
async function lightnessAt(photo: Photo, place: Place): Promise<number> {
  const { info } = photo;
  if (!info) return 50;
  const side = Math.max(1, Math.round(SPOT * Math.max(info.width, info.height)));
  const from = (share: number, length: number) =>
    Math.max(0, Math.min(length - side, Math.round(share * length - side / 2)));
  const region = {
    x: from(place.x, info.width),
    y: from(place.y, info.height),
    width: Math.min(side, info.width),
    height: Math.min(side, info.height),
  };
  const look = { strength: 0, saturation: 1 };
  const bitmap = await photo.view({ of: 'original', region, width: 1, height: 1, look });
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  const [gray = 128] = context?.getImageData(0, 0, 1, 1).data ?? [];
  return (lightnessOfGray8[gray]! * 100) / LIGHTNESS_MAX;
}
