import { AppError } from '../shared/errors.ts';
import type { PlanReport } from './protocol.ts';

/** How long GPU work may take before it counts as stalled, in milliseconds. */
export type GpuLimits = {
  /** How often is looked. */
  tickMs: number;
  /** Opening a device, uploading weights and compiling shaders. */
  loadMs: number;
  /** The network's first run at 512², field included; larger ones get more, by area. */
  inferMs: number;
  /** One stripe of a picture, or the fit of its field. */
  paintMs: number;
};

/**
 * Far beyond what slow machines need: who is stopped wrongly loses more than who waits. Drivers end what hangs
 * after two to ten seconds by themselves, so this is for what they overlook; some take a minute to compile.
 */
export const GPU_LIMITS: GpuLimits = {
  tickMs: 1000,
  loadMs: 120_000,
  inferMs: 60_000,
  paintMs: 20_000,
};

/** A software adapter computes on the processor: hundreds of times slower, and never hung. */
const SOFTWARE_FACTOR = 60;
/** The size that {@link GpuLimits.inferMs} is for. */
const REFERENCE_SIZE = 512;
/** Known work may take this many times what it took before, when the machine was free… */
const SLACK = 20;
/** …and never less than this part of its limit. */
const LEAST_SHARE = 1 / 4;

/** A network at 1024², the largest that is offered. */
const BEHIND_A_PASS = 4;

/** What of a plan the time depends on. */
type Work = Pick<PlanReport, 'backend' | 'modelWidth' | 'modelHeight'>;

/** How long this machine's GPU is waited for, learning from what it took before. */
export class GpuPatience {
  readonly #limits: GpuLimits;
  /** Milliseconds a pixel of the slowest run so far that ended well; null before the first. */
  #msPerPixel: number | null = null;
  #passes = 0;

  constructor(limits: GpuLimits = GPU_LIMITS) {
    this.#limits = limits;
  }

  get tickMs(): number {
    return this.#limits.tickMs;
  }

  /** Until the device is open and the network stands. */
  loadMs(isSoftware: boolean): number {
    return this.#limits.loadMs * factor(isSoftware);
  }

  /** Until one stripe is painted, or one field fitted; behind a network that runs it has to wait. */
  paintMs(isSoftware: boolean): number {
    const { paintMs, inferMs } = this.#limits;
    const behind = this.isPassing ? BEHIND_A_PASS * inferMs : 0;
    return (paintMs + behind) * factor(isSoftware);
  }

  /** Whether a network runs on the GPU, or is about to. */
  get isPassing(): boolean {
    return this.#passes > 0;
  }

  /** A network runs on the GPU, until the answer is called. */
  beginPass(): () => void {
    this.#passes++;
    return () => void this.#passes--;
  }

  /** Until the colours of a plan are there. wasm has no limit here: it cannot be watched from its own thread. */
  inferMs(work: Work, isSoftware: boolean): number {
    if (work.backend === 'wasm') return Infinity;
    const pixels = work.modelWidth * work.modelHeight;
    const unknown =
      this.#limits.inferMs * factor(isSoftware) * Math.max(1, pixels / REFERENCE_SIZE ** 2);
    if (this.#msPerPixel === null) return unknown;
    const known = SLACK * this.#msPerPixel * pixels;
    return Math.min(unknown, Math.max(known, unknown * LEAST_SHARE));
  }

  /** Remembers what a run took that ended well. */
  learn(work: Work, inferMs: number): void {
    if (work.backend === 'wasm') return;
    const msPerPixel = inferMs / (work.modelWidth * work.modelHeight);
    this.#msPerPixel = Math.max(this.#msPerPixel ?? 0, msPerPixel);
  }
}

/** What work that passed its limit ends with. */
export function gpuStalled(limitMs: number): AppError {
  return new AppError('gpu/stalled', 'The GPU stopped answering.', { detail: { limitMs } });
}

function factor(isSoftware: boolean): number {
  return isSoftware ? SOFTWARE_FACTOR : 1;
}
