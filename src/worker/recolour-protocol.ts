/** A place on the upright photograph: its shares of width and height, each 0–1, from the top left. */
export type Place = { x: number; y: number };

/** A colour that a place is to have, in Lab units. */
export type ColourHint = Place & { a: number; b: number };

/** A region that keeps the colours it had. */
export type Lock = {
  /** A polygon of three corners or more; what is inside by the even–odd rule is kept. */
  outline: readonly Place[];
  /** How the colours were made that it keeps; null is the photograph's own run. */
  keeps: Recipe | null;
};

/** What is wished of a new colouring, whatever its seed. */
export type RecolourWishes = {
  /** How far guidance leads away from what is drawn without the picture: 1 leads nowhere. */
  vividness: number;
  hints: readonly ColourHint[];
  lock: Lock | null;
};

/** All that one colouring follows from, besides the photograph and the model: it can be made again. */
export type Recipe = RecolourWishes & { seed: number };
