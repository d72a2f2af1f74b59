import { expose, transfer } from 'comlink';
import { createEngine } from './engine.ts';
import type { EngineApi } from './protocol.ts';

// Read at run time, so that the bundler does not look for a file: models/ lies beside the built assets/.
const here = import.meta.url;
const engine = createEngine(new URL('../models/catalogue.json', here));

expose({
  ...engine,
  /** Bitmaps are handed over, never copied. */
  async view(id, request) {
    const outcome = await engine.view(id, request);
    return outcome.ok ? transfer(outcome, [outcome.value]) : outcome;
  },
} satisfies EngineApi);
