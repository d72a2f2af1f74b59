import type { Adjustment, Look, PhotographKind } from '../../worker/protocol.ts';
import {
  RECOLOUR_RANGES,
  type Recipe,
  type RecolourWishes,
} from '../../worker/recolour-protocol.ts';

/** Everything about one photograph that a visitor can change, and undo. */
export type Settings = {
  look: Look;
  adjustment: Adjustment;
  kind: PhotographKind;
  size: 'auto' | number;
  recolour: Recolour;
};

/** What is wished of other colours, and which were chosen; null are those of the photograph's own run. */
export type Recolour = RecolourWishes & { chosen: Recipe | null };

/** Nothing wished, nothing chosen. */
export const NOT_RECOLOURED: Recolour = {
  vividness: RECOLOUR_RANGES.vividness.usual,
  hints: [],
  lock: null,
  chosen: null,
};

/** What a photograph starts with. */
export const INITIAL_SETTINGS: Settings = {
  look: { strength: 1, saturation: 1 },
  adjustment: { rotation: 0, isNegative: false },
  kind: 'auto',
  size: 'auto',
  recolour: NOT_RECOLOURED,
};

/** Settings with some changed. Other colours belong to the picture and the run that they were made from. */
export function changed(settings: Settings, part: Partial<Settings>): Settings {
  const next = { ...settings, ...part };
  return isSameRun(settings, next) ? next : { ...next, recolour: NOT_RECOLOURED };
}

/** Whether nothing differs. */
export function isSameSettings(a: Settings, b: Settings): boolean {
  return isSameRun(a, b) && a.look === b.look && a.recolour === b.recolour;
}

/** Whether two adjustments make the same upright, positive picture. */
export function isSameAdjustment(a: Adjustment, b: Adjustment): boolean {
  return a.rotation === b.rotation && a.isNegative === b.isNegative;
}

/** Whether the network would see and do the same: only the look may differ. */
export function isSameRun(a: Settings, b: Settings): boolean {
  return a.kind === b.kind && a.size === b.size && isSameAdjustment(a.adjustment, b.adjustment);
}

/** The adjustment a quarter turn on; `by` is clockwise. */
export function turned(adjustment: Adjustment, by: 90 | -90): Adjustment {
  const rotation = ((adjustment.rotation + by + 360) % 360) as Adjustment['rotation'];
  return { ...adjustment, rotation };
}
