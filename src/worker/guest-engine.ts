import { Engine, engineProgram } from './client.ts';
import { engineName } from './engine-name.ts';
import { SILENCE_LIMITS } from './heartbeat.ts';
import { startWorker } from './start-worker.ts';

/** Where a guest's engine and its models lie; what is absent lies beside the program itself. */
export type EngineAddresses = {
  /** The worker's module. */
  engine?: URL | undefined;
  /** The models' `catalogue.json`. */
  catalogue?: URL | undefined;
};

/** The engine of a page that the program does not come with: whatever it needs may lie on another origin. */
export function guestEngine({ engine, catalogue }: EngineAddresses): Engine {
  const start = () =>
    startWorker(engine ?? engineProgram(), engineName(navigator.maxTouchPoints, catalogue));
  return new Engine(start, SILENCE_LIMITS, true);
}
