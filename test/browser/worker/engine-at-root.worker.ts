import { createEngine } from '../../../src/worker/engine.ts';
import { serveEngine } from '../../../src/worker/serve-engine.ts';

// Vitest rewrites dynamic imports to go through its page, which a worker does not have.
Object.assign(globalThis, {
  __vitest_browser_runner__: { wrapDynamicImport: (load: () => unknown) => load() },
});

// The engine as the app's worker has it; the test server has models/ at its root.
serveEngine(createEngine(new URL('/models/catalogue.json', self.location.origin)));
