import { expose, releaseProxy, transfer, type ProxyMarked, type Remote } from 'comlink';
import type { Outcome } from '../shared/outcome.ts';
import type { EngineApi, Progress } from './protocol.ts';

type Listener = Remote<((progress: Progress) => void) & ProxyMarked>;
type Call = (...given: unknown[]) => Promise<Outcome<unknown>>;

/** Answers a page's calls of the engine from this worker. */
export function serveEngine(engine: EngineApi): void {
  const calls = Object.entries(engine).map(([name, call]) => [name, served(call as Call)]);
  expose(Object.fromEntries(calls));
}

/**
 * A call whose listener's port is closed when it has ended, well or badly: it would else wait for the garbage collector.
 * Bitmaps are handed over, never copied.
 */
function served(call: Call): Call {
  return async (...given) => {
    try {
      const outcome = await call(...given);
      const isBitmap = outcome.ok && outcome.value instanceof ImageBitmap;
      return isBitmap ? transfer(outcome, [outcome.value as ImageBitmap]) : outcome;
    } finally {
      for (const one of given) if (typeof one === 'function') (one as Listener)[releaseProxy]();
    }
  };
}
