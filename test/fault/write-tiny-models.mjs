import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/** @import * as TinyModels from './tiny-models.ts' */

// A process of its own: the channel by which networks let messages in keeps Node alive.
const folder = process.argv[2];
if (!folder) throw new Error('Say into which folder.');
const source = fileURLToPath(new URL('tiny-models.ts', import.meta.url));
const options = {
  configFile: /** @type {const} */ (false),
  logLevel: /** @type {const} */ ('warn'),
};
const { module } = /** @type {{ module: typeof TinyModels }} */ (
  await runnerImport(source, options)
);
await module.writeTinyModels(folder);
process.exit(0);
