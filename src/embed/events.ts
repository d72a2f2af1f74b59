import type { ErrorCode } from '../shared/errors.ts';

/** What is being done for a photograph. */
export type PictureStage = 'waiting' | 'picture' | 'engine' | 'model' | 'colouring';

/** `detail` of the event `progress`. */
export type ProgressDetail = {
  stage: PictureStage;
  /** Share of the stage that is done, 0–1; null where that is not known. */
  fraction: number | null;
  /** The same for people. */
  sentence: string;
};

/** `detail` of the event `complete`. */
export type CompleteDetail = {
  /** Size of the photograph in pixels. */
  width: number;
  height: number;
  /** Name of the model that found the colours. */
  model: string;
  /** Where the network ran. */
  backend: 'webgpu' | 'wasm';
  /** Milliseconds from the start, waiting included. */
  ms: number;
};

/**
 * What takes the place of what was refused: the processor, memory, a link that opens the app with the
 * photograph's address, or nothing but the original.
 */
export type Fallback = 'wasm' | 'memory' | 'link' | 'original';

/** `detail` of the event `error`. */
export type ErrorDetail = {
  code: ErrorCode;
  /** A sentence for people. */
  message: string;
  /** With `wasm` and `memory` the work goes on. */
  fallback: Fallback;
};

/** The element's own events. None bubbles. */
export type PhotoEvents = {
  progress: CustomEvent<ProgressDetail>;
  complete: CustomEvent<CompleteDetail>;
  error: CustomEvent<ErrorDetail>;
};
