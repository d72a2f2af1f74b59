import type { OfferedCard } from './card.ts';
import type { ModelOrigin } from './library.ts';
import type { FileSource } from './model.ts';

/** A model from outside whose card has been read, and nothing else. */
export type OfferedModel = {
  card: OfferedCard;
  origin: ModelOrigin;
  /** Brings its files, each verified by length and hash. */
  source: FileSource;
};
