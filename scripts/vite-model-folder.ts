import { createReadStream } from 'node:fs';
import { cp, readdir, stat } from 'node:fs/promises';
import { join, normalize, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** What of models/ is served: cards, graphs and shards; never the code that made them. */
const SERVED = /\.(json|onnx|bin)$/;

/** Serves models/ under `/models/` in development and copies it into the build. */
export function modelFolder(folder: string): Plugin {
  let outDir = '';
  return {
    name: 'autochrome-model-folder',
    configResolved(config) {
      // A server closes its bundle too (Vitest's does), and has no folder to copy into.
      if (config.command !== 'build') return;
      outDir = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use('/models', async (request, response, next) => {
        // Names of served files need no escapes; what has some finds nothing.
        const path = normalize((request.url ?? '').split('?')[0] ?? '');
        const file = join(folder, path);
        const isInside = SERVED.test(path) && file.startsWith(folder);
        const found = isInside && (await stat(file).catch(() => null));
        if (!found) return next();
        response.setHeader('Content-Length', found.size);
        createReadStream(file).pipe(response);
      });
    },
    // Before the service worker's list of files is made.
    async writeBundle() {
      if (outDir === '') return;
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !SERVED.test(entry.name)) continue;
        const from = join(entry.parentPath, entry.name);
        await cp(from, join(outDir, 'models', from.slice(folder.length)));
      }
    },
  };
}
