import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { modelFolder } from './scripts/vite-model-folder.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Threads of wasm need an isolated page; a static host without these headers runs on one thread. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: here('src/pages'),
  publicDir: here('public'),
  base: './',
  plugins: [svelte(), modelFolder(here('models'))],
  resolve: {
    // The runtime's wasm and glue are emitted as files of their own (src/runtime/onnxruntime.ts), never inlined.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  worker: { format: 'es' },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        index: here('src/pages/index.html'),
        engine: here('src/pages/engine.html'),
        bench: here('src/pages/bench.html'),
      },
    },
  },
  server: { headers: isolation },
  preview: { headers: isolation },
});
