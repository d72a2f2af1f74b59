import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './packages.mjs';

/** @import { Measures } from '../test/bench/photograph-page.mjs' */

const USAGE = `Makes colour photographs gray, colours them with the built app's engine, and compares.

  npm run evaluate -- FOLDER_OR_TAR [--size auto] [--device wasm] [--strength 1] [--limit N] [--json FILE]

Prints the mean PSNR (RGB, at the photograph's own size), and the colourfulness (Hasler and
Süsstrunk) of results and originals.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: 'auto' },
    device: { type: 'string', default: 'wasm' },
    strength: { type: 'string', default: '1' },
    limit: { type: 'string', default: 'Infinity' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [source] = positionals;
if (values.help || !source) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
process.chdir(process.env['INIT_CWD'] || '.');
await ensurePackages();
await ensureBuild();
const scratch = await mkdtemp(join(tmpdir(), 'autochrome-evaluate-'));
try {
  await evaluate(await unpacked(source));
} finally {
  await rm(scratch, { recursive: true });
}

/**
 * @param {string} path
 * @returns {Promise<string>} a folder
 */
async function unpacked(path) {
  if ((await stat(path)).isDirectory()) return path;
  await promisify(execFile)('tar', ['-xf', path, '-C', scratch]);
  return scratch;
}

/** @param {string} folder */
async function evaluate(folder) {
  const { planJobs } = await import('../src/cli/inputs.mjs');
  const { EngineHost } = await import('../src/cli/engine-host.mjs');
  const { makeGrayCopy, measure } = await import('../test/bench/photograph-page.mjs');
  const found = await planJobs([folder], join(scratch, 'coloured'), 'png');
  // A part of them is spread over the whole: neighbours in name are often of one kind.
  const step = Math.max(1, found.length / Number(values.limit));
  const jobs = found.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
  const host = new EngineHost({ wantsGpu: values.device !== 'wasm' });
  /** @type {(Measures & { file: string })[]} */
  const rows = [];
  try {
    for (const { input, output } of jobs) {
      const name = relative(folder, input);
      const gray = `${output}.gray.png`;
      await makeGrayCopy(host, input, gray);
      const outcome = await host.colorizeFile({ ...request(), input: gray, output, name });
      if (!outcome.ok) throw new Error(`${name}: ${outcome.error.message}`);
      rows.push({ file: name, ...(await measure(host, input, output)) });
      if (rows.length % 25 === 0) console.log(`${rows.length} of ${jobs.length}: ${inWords(rows)}`);
    }
  } finally {
    await host.close();
  }
  console.log(`${rows.length} photographs: ${inWords(rows)}`);
  if (!values.json) return;
  await writeFile(values.json, `${JSON.stringify({ mean: means(rows), rows }, null, 2)}\n`);
}

function request() {
  const device = values.device === 'webgpu' || values.device === 'wasm' ? values.device : 'auto';
  const size = values.size === 'auto' ? values.size : Number(values.size);
  return {
    wish: /** @type {const} */ ({ kind: 'auto', size, device, wantsPreview: false }),
    look: { strength: Number(values.strength), saturation: 1 },
    format: /** @type {const} */ ('png'),
    quality: 1,
  };
}

/** @param {Measures[]} rows */
function means(rows) {
  /** @param {(row: Measures) => number} pick */
  const mean = (pick) => rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
  return {
    psnr: mean((row) => row.psnr),
    colourfulness: mean((row) => row.colourfulness),
    originalColourfulness: mean((row) => row.originalColourfulness),
  };
}

/** @param {Measures[]} rows */
function inWords(rows) {
  const { psnr, colourfulness, originalColourfulness } = means(rows);
  return `mean PSNR ${psnr.toFixed(2)} dB, colourfulness ${colourfulness.toFixed(1)} (originals ${originalColourfulness.toFixed(1)})`;
}
