import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { serveRandomColoriser } from './test/support/serve-random-coloriser.ts';
import { CHROMIUM_FLAGS, findChromium, SOFTWARE_WEBGPU_FLAGS } from './scripts/chromium.mjs';

const executablePath = findChromium();
const args = [...CHROMIUM_FLAGS, ...SOFTWARE_WEBGPU_FLAGS];

export default defineConfig({
  // The same build of the runtime as in vite.config.ts.
  resolve: {
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  optimizeDeps: { include: ['comlink', 'culori', 'exifr'], exclude: ['onnxruntime-web'] },
  // Threads of wasm need an isolated page, as the built app has it.
  server: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  worker: { format: 'es' },
  test: {
    retry: 0,
    // Other steps of `npm test` run beside these.
    testTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        // In node the default conditions apply: packages have builds of their own for it.
        resolve: { conditions: ['module', 'node', 'development|production'] },
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          // Pure functions: a process and a copy of every module for each file would take longer than they do.
          pool: 'threads',
          isolate: false,
        },
      },
      {
        extends: true,
        plugins: [serveRandomColoriser()],
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({
              launchOptions: executablePath ? { executablePath, args } : { args },
            }),
            instances: [{ browser: 'chromium' }],
            screenshotFailures: false,
          },
        },
      },
    ],
  },
});
