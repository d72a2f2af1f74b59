import type { Engine } from '../../../src/worker/client.ts';
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
