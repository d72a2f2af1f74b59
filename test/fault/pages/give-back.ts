import type { Engine } from '../../../src/worker/client.ts';
import type { Attempt } from '../../../src/worker/protocol.ts';
import type { Census } from '../messages.ts';
import type { FaultyWorkers } from './faulty-workers.ts';

/** A page that waits for a dead worker need not be waited for: signs of life are due sooner here. */
export const SILENCE_LIMITS = { tickMs: 500, busyMs: 10_000, wasmMs: 600_000 };

/** Gives everything back, answers what is left, and ends the worker: the next one knows nothing. */
export async function giveBack(
  engine: Engine,
  workers: FaultyWorkers,
): Promise<{ leakedBytes: number; devices: number }> {
  await Promise.race([
    engine.release().catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, SILENCE_LIMITS.busyMs)),
  ]);
  const left = await workers.census();
  engine.terminate();
  const sum = (pick: (census: Census) => number) =>
    left.reduce((total, census) => total + pick(census), 0);
  return {
    leakedBytes: sum(({ liveBytes }) => liveBytes),
    devices: sum(({ devices }) => devices),
  };
}

/** Lets runs begin on the GPU again: what one fault has spoilt is not the next one's. */
export function earnTrust({ trust }: Engine): void {
  const plan = { backend: 'webgpu' };
  trust.learn([{ plan, error: null } as Attempt]);
  while (!trust.isEarned());
}
