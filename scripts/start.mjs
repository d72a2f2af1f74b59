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

if (!values['as-is']) {
  await ensurePackages();
  await ensureBuild();
}
const { address } = await serveFolder(distFolder, {
  port: Number(values.port),
  isStrict: values.strict,
});
console.log(`Autochrome is at ${address}  (Ctrl+C ends it)`);
