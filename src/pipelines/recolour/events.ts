import type { Variant } from '../../models/variant.ts';
import type { ChromaPlanes } from '../../worker/protocol.ts';
import type { AppError } from '../../shared/errors.ts';
import type { TransferProgress } from '../../shared/transfer.ts';

/** How candidates are drawn on this machine: plain data, for reports. */
export type RecolourPlan = {
  backend: 'webgpu' | 'wasm';
  variant: Variant;
  /** Side of the square whose area the encoder sees. */
  size: number;
  /** What it really sees: multiples of 32. Candidates are drawn on cells of 4 × 4 pixels of it. */
  modelWidth: number;
  modelHeight: number;
  /** Candidates in one dispatch list. */
  batch: number;
  /** Both predictions of guidance at once, one after the other, or none needed. */
  guidance: 'batched' | 'two-passes' | 'none';
  steps: number;
  /** GPU bytes at most, with the encoder, which stays; on wasm the heap. */
  peakBytes: number;
  largestBufferBytes: number;
  /** One sentence for people. */
  reason: string;
  /** Each choice weighed, in order, with what refused it (null for the chosen one). */
  considered: { choice: string; peakBytes: number; refusedBy: string | null }[];
};

/** A cheap look at the colours that are coming: sRGB, opaque, the whole photograph. */
export type PreviewImage = { width: number; height: number; rgba: Uint8ClampedArray<ArrayBuffer> };

/**
 * One candidate between two steps: plain data. Another worker, with a smaller plan too, goes on from it as if
 * nothing had been, as long as the grid is the same.
 */
export type CandidateState = {
  seed: number;
  /** The next step, of `steps`. */
  step: number;
  steps: number;
  /** Cells of the grid. */
  width: number;
  height: number;
  /** `[2, height, width]`, in the head's unit, at the noise level where that step begins. */
  latent: Float32Array<ArrayBuffer>;
};

/** A finished candidate. */
export type Candidate = {
  seed: number;
  /** A quarter of the encoder's size, the photograph alone; what the guided field draws and saves from. */
  planes: ChromaPlanes;
};

/** What a run had reached when its worker ended; goes into the next call as `resume`. */
export type RecolourResume = {
  done: readonly Candidate[];
  underWay: readonly CandidateState[];
};

/** Milliseconds by stage; they add up over tries. */
export type RecolourTimes = {
  load: number;
  /** Kernels compiled and run once, before the first candidate. */
  warmUp: number;
  /** The encoder, DDColor's answer and `condition`. */
  look: number;
  sample: number;
  /** Of `sample`: making previews. */
  preview: number;
};

/** What is told while candidates are drawn. */
export type RecolourListener = {
  /** Files of either model come from the network. */
  onFetch?(progress: TransferProgress): void;
  /** What will be done; again after each step down. */
  onPlan?(plan: RecolourPlan): void;
  /** What goes on now, before the first step. */
  onStage?(stage: 'load' | 'warm-up' | 'look' | 'sample'): void;
  /** A step of one candidate has been taken: `step` of `steps`, from 1, what it looks like, and where it stands. */
  onStep?(step: {
    seed: number;
    step: number;
    steps: number;
    preview: PreviewImage;
    state: CandidateState;
  }): void | Promise<void>;
  /** A candidate is there; the others go on. */
  onCandidate?(candidate: Candidate): void | Promise<void>;
  /** Something failed, and it goes on with less: the sentence is for people. */
  onStepDown?(sentence: string, error: AppError): void;
};

/** What a run gives in the end. */
export type RecolourResult = {
  /** In the order of the seeds. */
  candidates: Candidate[];
  /** The plan that ended it. */
  plan: RecolourPlan;
  /** The steps down, in words. */
  steps: string[];
  ms: RecolourTimes;
};
