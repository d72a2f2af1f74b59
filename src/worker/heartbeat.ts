import type { Progress } from './protocol.ts';

/** How long a worker may be silent, neither answering nor telling progress, in milliseconds. */
export type SilenceLimits = {
  /** How often it is asked for a sign of life. */
  tickMs: number;
  /** Work of the processor that lets no message in: decoding, a stripe, the making of weights. */
  busyMs: number;
  /** The network on wasm at 512², in one piece; other sizes get as much as their area, and never less than above. */
  wasmMs: number;
};

export const SILENCE_LIMITS: SilenceLimits = { tickMs: 5000, busyMs: 60_000, wasmMs: 600_000 };

/** Pixels that {@link SilenceLimits.wasmMs} is for. */
const WASM_PIXELS = 512 ** 2;

/**
 * Asks a worker for signs of life while it has calls to answer. Silence is counted in ticks, not by the clock:
 * a page that was frozen, or a machine that slept, has waited one tick.
 */
export class Heartbeat {
  readonly #limits: SilenceLimits;
  readonly #ask: () => Promise<unknown>;
  readonly #onSilent: (silentMs: number) => void;
  #timer: ReturnType<typeof setInterval> | null = null;
  #isAsked = false;
  #silentMs = 0;
  /** Until the first answer there is no limit: the worker's program may come over a slow line. */
  #allowedMs = Infinity;

  /**
   * @param ask settles once the worker has answered.
   * @param onSilent called once, when the worker has been silent for longer than it may; nothing is asked any more.
   */
  constructor(
    limits: SilenceLimits,
    ask: () => Promise<unknown>,
    onSilent: (silentMs: number) => void,
  ) {
    this.#limits = limits;
    this.#ask = ask;
    this.#onSilent = onSilent;
  }

  /** Begins to ask, for as long as `isNeeded` says at each tick; does nothing where it asks already. */
  begin(isNeeded: () => boolean): void {
    if (this.#timer !== null) return;
    this.#silentMs = 0;
    this.#askOnce();
    this.#timer = setInterval(() => {
      if (isNeeded()) this.#tick();
      else this.end();
    }, this.#limits.tickMs);
  }

  /** Progress is a sign of life, and tells how long the silence after it may be. */
  hear(progress: Progress): void {
    this.#silentMs = 0;
    this.#allowedMs = silenceAfter(progress, this.#limits);
  }

  /** Stops asking. */
  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    this.#silentMs += this.#limits.tickMs;
    if (this.#silentMs < this.#allowedMs) {
      this.#askOnce();
      return;
    }
    this.end();
    this.#onSilent(this.#silentMs);
  }

  #askOnce(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    void this.#ask().then(() => {
      this.#isAsked = false;
      this.#silentMs = 0;
      if (this.#allowedMs === Infinity) this.#allowedMs = this.#limits.busyMs;
    });
  }
}

/** wasm computes on the worker's own thread, which answers nothing until the network has run. */
function silenceAfter(progress: Progress, { busyMs, wasmMs }: SilenceLimits): number {
  const plan = planUnderWay(progress);
  if (plan?.backend !== 'wasm') return busyMs;
  const { modelWidth, modelHeight } = plan;
  return Math.max(busyMs, (wasmMs * modelWidth * modelHeight) / WASM_PIXELS);
}

/** Of the network that computes after this was told; null where none does. */
function planUnderWay(progress: Progress) {
  if (progress.stage === 'infer') return progress.plan;
  if (progress.stage !== 'recolour' || progress.event.kind !== 'stage') return null;
  return progress.event.plan;
}
