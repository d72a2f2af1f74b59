import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ensurePackages } from './packages.mjs';

/** @import { GpuMeasurement, GpuMeasurements } from '../test/bench/pages/gpu.ts' */

const USAGE = `Measures the default model on WebGPU and writes memory.json and its card.

  npm run measure -- [--sizes 128,256,384,512] [--variants fp32,fp16] [--runs 5]
  npm run measure -- --build           only builds the page, to be opened elsewhere as gpu.html?post
  npm run measure -- --from FILE       writes the card from what that page posted

Bytes are those of every buffer on the page's own device. On a software adapter a run at 256² takes
about a minute, and fp16 cannot run.`;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '128,256,384,512' },
    variants: { type: 'string', default: 'fp32,fp16' },
    runs: { type: 'string', default: '5' },
    build: { type: 'boolean' },
    from: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
await ensurePackages();
if (values.build) {
  const { buildPage } = await import('../test/bench/build-page.mjs');
  console.log(await buildPage('gpu'));
} else {
  const measured = values.from
    ? /** @type {GpuMeasurements} */ (JSON.parse(await readFile(values.from, 'utf8')))
    : await measureHere();
  if (measured.error) throw new Error(measured.error);
  await writeCard(measured);
}

/** @returns {Promise<GpuMeasurements>} */
async function measureHere() {
  const { measureGpu } = await import('../test/bench/measure-gpu.mjs');
  return measureGpu(
    values.sizes.split(',').map(Number),
    /** @type {('fp32' | 'fp16')[]} */ (values.variants.split(',')),
    Number(values.runs),
  );
}

/** @param {GpuMeasurements} measured */
async function writeCard({ machine, runs }) {
  const folder = new URL('../models/', import.meta.url);
  const catalogue = JSON.parse(await readFile(new URL('catalogue.json', folder), 'utf8'));
  const file = new URL(`${catalogue.default}/card.json`, folder);
  const card = JSON.parse(await readFile(file, 'utf8'));
  const table = JSON.parse(
    await readFile(new URL(`${catalogue.default}/${card.weights.tensors.file}`, folder), 'utf8'),
  );
  const { adapter, runtimeBuild } = machine;
  /** @type {Record<string, unknown> & Partial<Record<'fp32' | 'fp16', object[]>>} */
  const memory = {
    measuredWith: `onnxruntime-web ${await runtimeVersion()} (${runtimeBuild}) on WebGPU, ${[adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ')}: live bytes of every buffer on the device, both graphs and the upsampling`,
  };
  for (const { variant, size, peakBytes, largestBufferBytes } of runs) {
    const weightBytes = sumOf(table, variant);
    (memory[variant] ??= []).push({ size, peakBytes, largestBufferBytes, weightBytes });
  }
  card.memory = memory;
  await writeFile(new URL('memory.json', file), `${JSON.stringify(memory, null, 1)}\n`);
  await writeFile(file, `${JSON.stringify(card, null, 1)}\n`);
  console.log(`Written: memory.json and card.json of ${catalogue.default}`);
}

/**
 * @param {{ materialised: Record<string, { byteLength: number }> }[]} table
 * @param {GpuMeasurement['variant']} variant
 */
function sumOf(table, variant) {
  return table.reduce((sum, tensor) => sum + (tensor.materialised[variant]?.byteLength ?? 0), 0);
}

async function runtimeVersion() {
  const file = new URL('../node_modules/onnxruntime-web/package.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).version;
}
