import type { ModelOrigin } from '../models/library.ts';

export type { ModelOrigin } from '../models/library.ts';

/** A model that the visitor offers, to be checked and kept. */
export type ModelOffer =
  /** A model folder (models/README.md): every file of it, by its path from what was chosen. */
  | { kind: 'folder'; name: string; files: readonly { path: string; file: Blob }[] }
  /** A published DDColor as one ONNX file. */
  | { kind: 'file'; name: string; file: Blob }
  /** The address of a folder's card.json, or of an ONNX file. */
  | { kind: 'address'; address: string };

/** A model that runs can use, as its card tells it. */
export type ModelReport = {
  /** What {@link ColorizeWish.model} asks for. */
  id: string;
  name: string;
  summary: string;
  architecture: string;
  licence: string;
  source: string;
  trainingData: string;
  weaknesses: string[];
  parameters: number;
  /** Sides of the squares that it is offered at. */
  sizes: number[];
  /** Bytes of its files, fetched or kept. */
  bytes: number;
  /** Whether a run would fetch nothing. */
  isHere: boolean;
  /** Where it came from; null where it ships with the page. */
  origin: ModelOrigin | null;
};
