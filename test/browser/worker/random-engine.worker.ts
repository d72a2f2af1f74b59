import { createEngine } from '../../../src/worker/engine.ts';
import { serveEngine } from '../../../src/worker/serve-engine.ts';

// Vitest rewrites dynamic imports to go through its page, which a worker does not have.
Object.assign(globalThis, {
  __vitest_browser_runner__: { wrapDynamicImport: (load: () => unknown) => load() },
});

// The engine with a small network of random weights: for what does not depend on its colours.
serveEngine(createEngine(new URL('/random-coloriser/catalogue.json', self.location.origin)));
