import { defineConfig } from '@playwright/test';
import { createServer, type AddressInfo } from 'node:net';
import { CHROMIUM_FLAGS, findChromium, SOFTWARE_WEBGPU_FLAGS } from './scripts/chromium.mjs';

// Each worker process reads this file again and must come to the same port.
const port = Number((process.env['AUTOCHROME_E2E_PORT'] ??= String(await freePort())));
const executablePath = findChromium();

export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  // Two cores: the network itself uses both, and another step of `npm test` runs beside it.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 60_000 },
  use: {
    baseURL: `http://localhost:${port}/`,
    launchOptions: { ...(executablePath ? { executablePath } : {}), args: CHROMIUM_FLAGS },
    // Else every test would fetch the page twice; those of offline use allow it.
    serviceWorkers: 'block',
    // An eighth of the processor's time: `--trace on` where a failure must be looked into.
    trace: 'off',
  },
  webServer: {
    command: `node scripts/start.mjs --as-is --strict --port ${port}`,
    url: `http://localhost:${port}/`,
    reuseExistingServer: false,
  },
  projects: [
    { name: 'app', testIgnore: 'webgpu-*.spec.ts' },
    {
      name: 'webgpu',
      testMatch: 'webgpu-*.spec.ts',
      // A software adapter takes up to a minute for one run.
      timeout: 300_000,
      use: {
        launchOptions: {
          ...(executablePath ? { executablePath } : {}),
          args: [...CHROMIUM_FLAGS, ...SOFTWARE_WEBGPU_FLAGS],
        },
      },
    },
  ],
});

/** A port that nothing listens on, so that several clones can be tested at once. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
