import type {
  Candidate,
  CandidateState,
  PreviewImage,
  RecolourPlan,
  RecolourResume,
  RecolourTimes,
} from '../pipelines/recolour/events.ts';
import {
  HINT_RADIUS,
  MOST_HINTS,
  VIVIDNESS,
  type ColourHint,
  type RecolourMode,
} from '../pipelines/recolour/request.ts';
import type { Outcome } from '../shared/outcome.ts';
import type { Backend, ChromaPlanes, Preset, Progress } from './protocol.ts';

export type { Candidate, PreviewImage, RecolourResume } from '../pipelines/recolour/events.ts';
export type { ColourHint, RecolourMode } from '../pipelines/recolour/request.ts';

/** What may be wished: the least, the usual and the most. */
export const RECOLOUR_RANGES = {
  vividness: VIVIDNESS,
  radius: HINT_RADIUS,
  mostHints: MOST_HINTS,
} as const;

/** A place on the upright photograph: its shares of width and height, each 0–1, from the top left. */
export type Place = { x: number; y: number };

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

/** A lock as the engine is given it, with the colours that it keeps. */
export type KeptRegion = { outline: readonly Place[]; planes: ChromaPlanes };

/** What the engine is asked for: one colouring for each seed. */
export type RecolourAsk = {
  /** Whole numbers from 0, none twice. */
  seeds: readonly number[];
  vividness: number;
  hints: readonly ColourHint[];
  lock: KeptRegion | null;
  /** `draft` takes fewer steps, for choosing; the same seed gives a like picture in both. */
  mode: RecolourMode;
  device: 'auto' | Backend;
  /** How much of the machine to take; absent, what a measurement of it found. */
  preset?: Preset;
};

/** What goes on while colourings are drawn; they arrive one by one. */
export type RecolourEvent =
  | { kind: 'stage'; stage: 'load' | 'warm-up' | 'look' | 'sample'; plan: RecolourPlan | null }
  | {
      kind: 'step';
      /** Steps taken, of `steps`. */
      step: number;
      steps: number;
      preview: PreviewImage;
      state: CandidateState;
    }
  | { kind: 'candidate'; candidate: Candidate };

/** What drawing them took. */
export type RecolourReport = {
  plan: RecolourPlan;
  /** The steps down, in words. */
  steps: string[];
  ms: RecolourTimes;
};

/** The engine's calls about other colourings of a photograph that is open. */
export type RecolourApi = {
  /** Draws them; each is told as it is done. `resume` is what an earlier worker had reached. */
  recolour(
    job: string,
    id: string,
    ask: RecolourAsk,
    resume: RecolourResume | null,
    onProgress: (progress: Progress) => void,
  ): Promise<Outcome<RecolourReport>>;
  /** Colours with hints spread over them along edges, at once and without a network. */
  spreadHints(
    id: string,
    colours: ChromaPlanes,
    hints: readonly ColourHint[],
    lock: KeptRegion | null,
  ): Promise<Outcome<ChromaPlanes>>;
  /** A small picture of the photograph in other colours. */
  glimpse(id: string, colours: ChromaPlanes): Promise<Outcome<PreviewImage>>;
};
