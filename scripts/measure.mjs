import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './packages.mjs';

/** @import { BenchReport } from '../src/bench/bench.ts' */
/** @typedef {{ size: number, peakBytes: number, largestBufferBytes: number, weightBytes: number, macs: number }} Footprint */
/** @typedef {{ measuredWith: string } & Record<string, Footprint[]>} Memory */

const SIZES = '128,256,384,512,768,1024';
const USAGE = `Measures the default model and writes memory.json and its card: bytes of every buffer on
the GPU by variant and size, wasm's memory, multiply–accumulates.

  npm run measure -- [--sizes ${SIZES}] [--variants fp32,fp16,int8,int8-fp16] [--runs 3]
  npm run measure -- --from FILE       writes the card from what a page posted, opened elsewhere as
                                       bench.html?post&parts=networks,engine,wasm&networks=own&sizes=${SIZES}

Bytes are the same on every adapter. On a software adapter a run at 256² takes a minute, and those in
half precision cannot run: the card keeps what it had for them, and for sizes that were not measured.`;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: SIZES },
    variants: { type: 'string', default: 'fp32,fp16,int8,int8-fp16' },
    runs: { type: 'string', default: '3' },
    from: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
await ensurePackages();
const report = values.from
  ? /** @type {BenchReport} */ (JSON.parse(await readFile(values.from, 'utf8')))
  : await measureHere();
if (report.error) throw new Error(report.error);
await writeCard(report);

async function measureHere() {
  await ensureBuild();
  const { openBenchPage } = await import('../test/bench/open-bench-page.mjs');
  const { sizes, variants, runs } = values;
  const parts = 'networks,engine,wasm';
  return openBenchPage({ parts, networks: 'own', sizes, variants, runs }, console.log);
}

/** @param {BenchReport} report */
async function writeCard({ machine, networks, engine, wasm }) {
  const folder = new URL('../models/', import.meta.url);
  const catalogue = JSON.parse(await readFile(new URL('catalogue.json', folder), 'utf8'));
  const file = new URL(`${catalogue.default}/card.json`, folder);
  const card = JSON.parse(await readFile(file, 'utf8'));
  const macsAt = (/** @type {number} */ size) => networks.find((row) => row.size === size)?.macs;
  const { adapter } = machine;
  const gpu = [adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ');
  /** @type {Record<string, Footprint[]>} */
  const found = {};
  for (const row of [...engine, ...wasm.map((one) => ({ ...one, variant: 'wasm' }))]) {
    const { variant, size, peakBytes, largestBufferBytes, weightBytes } = row;
    // A size that did not fit was measured at a smaller one, which is in the table already.
    if (found[variant]?.some((other) => other.size === size)) continue;
    const macs = macsAt(size);
    if (macs === undefined) throw new Error(`The network was not measured at ${size}.`);
    (found[variant] ??= []).push({ size, peakBytes, largestBufferBytes, weightBytes, macs });
  }
  for (const [variant, rows] of Object.entries(found)) {
    const sizes = new Set(rows.map(({ size }) => size));
    /** @type {Footprint[]} */
    const before = card.memory[variant] ?? [];
    rows.push(...before.filter(({ size }) => !sizes.has(size)));
    rows.sort((one, other) => one.size - other.size);
  }
  const memory = /** @type {Memory} */ ({
    ...card.memory,
    measuredWith: `WebGPU, ${gpu}: live bytes of every buffer on the device through a whole run; wasm: the memory of onnxruntime-web ${await runtimeVersion()}`,
    ...found,
  });
  card.memory = memory;
  await writeFile(new URL('memory.json', file), `${JSON.stringify(memory, null, 1)}\n`);
  await writeFile(file, `${JSON.stringify(card, null, 1)}\n`);
  console.log(`Written: memory.json and card.json of ${catalogue.default}`);
}

async function runtimeVersion() {
  const file = new URL('../node_modules/onnxruntime-web/package.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}
