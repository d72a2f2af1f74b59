import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { licences } from './scripts/vite-licences.ts';
import { modelFolder } from './scripts/vite-model-folder.ts';
import { securityPolicy } from './scripts/vite-security-policy.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One list for all bundles of the build. */
const licencesOf = licences();

/** Threads of wasm need an isolated page; a static host without these headers runs on one thread. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * What the service worker keeps at the first visit: the page and the cards of its models. Weights and onnxruntime's
 * wasm are the engine's to keep, since not every machine needs all of them.
 */
const KEPT_WITH_THE_PAGE = [
  'index.html',
  'assets/*.{js,mjs,css,woff2}',
  'icon*',
  'autochrome.webmanifest',
  'licences.txt',
  'models/catalogue.json',
  'models/*/card.json',
];

export default defineConfig({
  root: here('src/pages'),
  publicDir: here('public'),
  base: './',
  plugins: [
    svelte(),
    modelFolder(here('models')),
    securityPolicy(),
    licencesOf(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: here('src/offline'),
      filename: 'service-worker.ts',
      outDir: here('dist'),
      manifest: false,
      injectRegister: false,
      // Its own build would else tell of itself whatever this one's level is.
      integration: { configureCustomSWViteBuild: (worker) => void (worker.logLevel = 'error') },
      injectManifest: {
        globPatterns: KEPT_WITH_THE_PAGE,
        globIgnores: ['assets/{bench,embed}-*'],
        buildPlugins: { vite: [licencesOf()] },
      },
    }),
  ],
  resolve: {
    // The runtime's wasm and glue are emitted as files of their own (src/runtime/onnxruntime.ts), never inlined.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
  },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  worker: { format: 'es', plugins: () => [licencesOf()] },
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
        embed: here('src/pages/embed.html'),
        'embed/autochrome-photo': here('src/embed/define.ts'),
        'embed/element': here('src/embed/autochrome-photo.ts'),
        'embed/openseadragon': here('src/openseadragon/viewer-colour.ts'),
      },
      // Other sites import these by name, whatever is in them; what they import has its hash.
      preserveEntrySignatures: 'exports-only',
      output: {
        entryFileNames: ({ name }) =>
          name.startsWith('embed/') ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: { headers: isolation },
  preview: { headers: isolation },
});
