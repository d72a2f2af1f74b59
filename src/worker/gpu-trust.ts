import type { Attempt } from './protocol.ts';

/** Runs in a row that the GPU may spoil before it is left out. */
const SPOILT_BEARABLE = 2;
/** Runs that are then done without it, before it gets another chance. */
const RUNS_WITHOUT = 10;

/**
 * Whether runs that may choose still begin on the GPU. One that failed at each of the last photographs
 * would make each of a batch wait for it in vain; it is tried again after a while.
 */
export class GpuTrust {
  #spoilt = 0;
  #left = 0;

  /** Whether the next run may begin on the GPU; asked once a run, since it counts them. */
  isEarned(): boolean {
    if (this.#left === 0) return true;
    this.#left--;
    return false;
  }

  /** Learns from a run that ended, well or not. @param attempts all its tries. */
  learn(attempts: readonly Attempt[]): void {
    const onGpu = attempts.filter(({ plan }) => plan.backend === 'webgpu');
    if (onGpu.length === 0) return;
    if (onGpu.some(({ error }) => error === null)) {
      this.#spoilt = 0;
    } else if (++this.#spoilt >= SPOILT_BEARABLE) {
      this.#left = RUNS_WITHOUT;
    }
  }
}
