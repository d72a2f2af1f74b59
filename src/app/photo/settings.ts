import type { Adjustment, Look, PhotographKind } from '../../worker/protocol.ts';

/** Everything about one photograph that a visitor can change, and undo. */
export type Settings = {
  look: Look;
  adjustment: Adjustment;
  kind: PhotographKind;
  size: 'auto' | number;
};

/** What a photograph starts with. */
export const INITIAL_SETTINGS: Settings = {
  look: { strength: 1, saturation: 1 },
  adjustment: { rotation: 0, isNegative: false },
  kind: 'auto',
  size: 'auto',
};

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
