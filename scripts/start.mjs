import { parseArgs } from 'node:util';
import { distFolder, ensureBuild } from './build.mjs';
import { ensurePackages } from './packages.mjs';
import { serveFolder } from './static-server.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4173' },
    /** Refuse another port where this one is taken. */
    strict: { type: 'boolean', default: false },
    /** Serve what is built, without looking whether it is current. */
    'as-is': { type: 'boolean', default: false },
  },
});

const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port is a number from 0 to 65535, not ${JSON.stringify(values.port)}.`);
  process.exit(2);
}
try {
  if (!values['as-is']) {
    await ensurePackages();
    await ensureBuild();
  }
  const isStrict = values.strict;
  const { address } = await serveFolder(distFolder, { port, isStrict, hasPolicy: true });
  console.log(`Autochrome is at ${address}  (Ctrl+C ends it)`);
} catch (error) {
  // What npm or Vite had to say is above; a stack of this script would only hide it.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
