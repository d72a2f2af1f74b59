import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './packages.mjs';

const USAGE = `Measures what the project promises, on this machine.

  npm run bench -- [gpu] [faults] [speed] [batch] [memory] [large] [visit] [embed] [repair]
                   [recolour] [--runs 15] [--gpu] [--json FILE]

gpu      the network's kernels and the whole engine on the WebGPU adapter that Chromium has here: times, bytes
         (bars: the published DDColor-tiny's shapes at 512² in 290 MB of fp16, 620 MB of fp32, 220 MB of int8,
         and at 1280² in 1.6 GB; bench.html does the same in any browser, and posts to /result with ?post)
faults   each kind of failure once, and a GPU of 128 MiB bindings and 300 MB in all (bar: no photograph lost, no
         byte leaked; --gpu takes the real GPU; more runs: npm run faults)
speed    warm inference at 256² on wasm against bare onnxruntime-web (bar: ratio at most 1.1)
batch    8 photographs of 6 megapixels on what this machine runs on, overlapped as the command line does it
         against one at a time (bar on a GPU: ratio below 1; on wasm none, whose threads take every core;
         test/bench/pages/batch.html posts the same to /result where it is opened with ?post)
memory   Chromium's memory above idle while 24 megapixels are coloured (bar: 1.2 GB; Linux)
large    100 megapixels against 25, beyond their pixels and files (bar: 128 MB more; Linux)
visit    bytes of weights that a second visit downloads (bar: 0)
embed    the longest task of a host's page with ten elements before anybody asks for colours, and of the same page
         without them, ms of processor time (bar: 50 in the median)
repair   a step of repair at 3000 × 2000, its preview, and a preview by the full path (bars: the preview takes at
         most 5 % of a step, and the full path at least ten times as long); then borders of tiles on three sizes,
         by steps of lightness there against elsewhere, tiled against untiled (bar: 1.1)
recolour 8 colourings of one photograph at 256², the first time and warm, and what their previews cost (bars: on a
         GPU 1.5 s; previews under 5 % of a step, and ten times cheaper than by the full path; on wasm two drafts)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '15' },
    json: { type: 'string', default: '.cache/bench.json' },
    gpu: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
await ensurePackages();
await ensureBuild();

/** @type {Record<string, object>} */
const results = { machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version } };
let isWithinBars = true;

if (isWanted('gpu')) {
  const { openBenchPage } = await import('../test/bench/open-bench-page.mjs');
  const { runs } = values;
  const gpu = (results['gpu'] = await openBenchPage({ parts: 'networks,engine', runs }, () => {}));
  for (const { what, size, warmMs, peakBytes, largestBufferBytes } of [
    ...gpu.networks,
    ...gpu.engine,
  ]) {
    const times = `${median(warmMs).toFixed(1)} ms warm, median of ${warmMs.length}`;
    const bytes = `peak ${inMegabytes(peakBytes)}, largest buffer ${inMegabytes(largestBufferBytes)}`;
    const isWithin =
      peakBytes <= mostBytes(what, size) && largestBufferBytes <= mostInOne(what, size);
    say('gpu', `${what} at ${size}²: ${times}; ${bytes}`, isWithin);
  }
  const { adapter } = gpu.machine;
  const words = gpu.error ?? [adapter?.vendor, adapter?.architecture].filter(Boolean).join(' ');
  say('gpu', words || 'no adapter', gpu.error === undefined);
}
if (isWanted('faults')) {
  const { colorizeOnSmallDevice, injectFaults } = await import('../test/fault/inject-faults.mjs');
  const wish = { seed: 1, size: 64, wantsGpu: values.gpu ?? false };
  const faults = (results['faults'] = await injectFaults({ ...wish, runs: 15, onEntry() {} }));
  const sum = (/** @type {'photographs' | 'lost' | 'leakedBytes'} */ name) =>
    faults.reduce((total, entry) => total + entry[name], 0);
  const words = `${faults.length} kinds once, ${sum('photographs')} photographs: ${sum('lost')} lost, ${sum('leakedBytes')} bytes leaked`;
  say('faults', words, sum('lost') === 0 && sum('leakedBytes') === 0);
  const small = (results['smallDevice'] = await colorizeOnSmallDevice(wish));
  const { plan } = small.report;
  const place = `${plan.modelWidth}×${plan.modelHeight} ${plan.variant} on ${plan.backend}`;
  const isColoured = plan.backend === 'webgpu' && small.implausibleBecause === null;
  say('small', `128 MiB bindings, 300 MB: ${place}, ${inMegabytes(small.peakBytes)}`, isColoured);
}
if (isWanted('speed')) {
  const { measureSpeed } = await import('../test/bench/measure-speed.mjs');
  const speed = (results['speed'] = await measureSpeed(Number(values.runs)));
  const { engineMedianMs, bareMedianMs, ratio, modelWidth, modelHeight, threads } = speed;
  const setting = `${modelWidth}×${modelHeight} fp32, wasm, ${threads} threads, median of ${values.runs}`;
  say(
    'speed',
    `${ratio.toFixed(3)}× bare (${engineMedianMs.toFixed(0)} ms against ${bareMedianMs.toFixed(0)} ms; ${setting})`,
    ratio <= 1.1,
  );
}
if (isWanted('batch')) {
  const { measureBatch } = await import('../test/bench/measure-batch.mjs');
  const batch = (results['batch'] = await measureBatch({
    device: 'auto',
    format: 'png',
    rounds: 4,
  }));
  const { ratio, oneAtATime, overlapped, backend, variant, photographs, megapixels } = batch;
  const seconds = [overlapped, oneAtATime].map(
    ({ batches }) => `${(Math.min(...batches) / 1000).toFixed(1)} s`,
  );
  const setting = `${photographs} of ${megapixels} megapixels, JPEG to PNG, ${variant} on ${backend}`;
  const words = `${ratio.toFixed(2)}× one at a time (${seconds.join(' against ')}; ${setting}, fastest of 4)`;
  say('batch', words, backend === 'wasm' || ratio < 1);
}
if (isWanted('memory')) {
  const { measureMemory } = await import('../test/bench/measure-memory.mjs');
  const memory = (results['memory'] = await measureMemory());
  const { aboveIdleBytes, idleBytes, width, height, samples } = memory;
  const setting = `${width}×${height} JPEG to JPEG, idle ${inMegabytes(idleBytes)}, ${samples} samples`;
  say('memory', `${inMegabytes(aboveIdleBytes)} above idle (${setting})`, aboveIdleBytes <= 1.2e9);
}
if (isWanted('large')) {
  const { measureLargePicture } = await import('../test/bench/measure-large-picture.mjs');
  const large = (results['large'] = await measureLargePicture());
  const taken = large.pictures.map(
    ({ width, height, aboveIdleBytes, otherBytes, gpuBytes }) =>
      `${width}×${height} ${inMegabytes(aboveIdleBytes)} above idle, ${inMegabytes(otherBytes)} beyond pixels and files; on WebGPU ${inMegabytes(gpuBytes)} of buffers`,
  );
  const isWhole = large.pictures.every(
    ({ side, width, height, lastRowsColour }) =>
      width === side && height === side && lastRowsColour > 2,
  );
  const words = `${inMegabytes(large.growthBytes)} more (${taken.join('; ')}; PNG to PNG, ${isWhole ? 'whole' : 'NOT WHOLE'})`;
  const [few = 0, many = 0] = large.pictures.map(({ gpuBytes }) => gpuBytes);
  say('large', words, isWhole && large.growthBytes <= 128e6 && many <= 1.05 * few);
}
if (isWanted('repair')) {
  const { openBenchPage } = await import('../test/bench/open-bench-page.mjs');
  const { runs } = values;
  const page = await openBenchPage({ parts: 'repair', runs }, () => {});
  const { repair } = page;
  results['repair'] = repair ?? { error: page.error };
  if (repair) {
    const { backend, tiles, variants, stepMs, proxyMs, fullMs } = repair;
    const times = variants.map(
      ({ variant, firstTileMs, tileMs, off }) =>
        `${tileMs.toFixed(1)} ms in ${variant} (the first ${firstTileMs.toFixed(0)}, off by ${off.toFixed(4)} of −1…1)`,
    );
    const step = `${tiles} tiles on ${backend} at ${times.join(', ')}`;
    const preview = `${proxyMs.toFixed(2)} ms (${((100 * proxyMs) / stepMs).toFixed(2)} % of a step)`;
    const full = `${fullMs.toFixed(1)} ms by the full path (${(fullMs / proxyMs).toFixed(0)} times)`;
    const isWithin = proxyMs <= 0.05 * stepMs && fullMs >= 10 * proxyMs;
    say('repair', `${step}; preview ${preview}, ${full}`, isWithin);
    for (const { width, height, steps, views, ratio } of repair.seams) {
      const how = `${steps} steps, ${views} views`;
      say('seams', `${ratio.toFixed(3)} at ${width} × ${height}, ${how}`, ratio <= 1.1);
    }
  } else say('repair', page.error ?? 'nothing was measured', false);
}
if (isWanted('recolour')) {
  const { openBenchPage } = await import('../test/bench/open-bench-page.mjs');
  const { runs } = values;
  const page = await openBenchPage({ parts: 'recolour', runs }, () => {});
  const { recolour } = page;
  results['recolour'] = recolour ?? { error: page.error };
  if (recolour) {
    const { backend, size, candidates, steps, firstMs, warmUpMs, warmMs } = recolour;
    const { stepMs, proxyMs, fullMs } = recolour;
    const all = `${candidates} candidates of ${steps} steps at ${size}² on ${backend}: ${warmMs.toFixed(0)} ms (the first ${firstMs.toFixed(0)}, ${warmUpMs.toFixed(0)} of it warm-up)`;
    const preview = `previews ${((100 * proxyMs) / stepMs).toFixed(1)} % of a step (${proxyMs.toFixed(2)} of ${stepMs.toFixed(1)} ms), ${(fullMs / proxyMs).toFixed(0)} times cheaper than by the full path`;
    const isQuick = backend === 'wasm' || warmMs <= 1500;
    say(
      'recolour',
      `${all}; ${preview}`,
      isQuick && proxyMs < 0.05 * stepMs && fullMs >= 10 * proxyMs,
    );
  } else say('recolour', page.error ?? 'nothing was measured', false);
}
if (isWanted('embed')) {
  const { measureEmbed } = await import('../test/bench/measure-embed.mjs');
  const embed = (results['embed'] = await measureEmbed(Number(values.runs)));
  const [loaded, bare] = [median(embed.withElement), median(embed.without)];
  const words = `longest task ${loaded.toFixed(1)} ms with ${embed.elements} elements, ${bare.toFixed(1)} ms without, medians of ${values.runs}`;
  say('embed', words, loaded < 50);
}
if (isWanted('visit')) {
  const { measureSecondVisit } = await import('../test/bench/measure-second-visit.mjs');
  const visit = (results['visit'] = await measureSecondVisit());
  const { firstVisitWeightBytes: first, secondVisitWeightBytes: second } = visit;
  say(
    'visit',
    `${second} bytes of weights at the second visit (first: ${inMegabytes(first)})`,
    second === 0 && first > 0,
  );
}
await mkdir(dirname(values.json), { recursive: true });
await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
console.log(`All numbers: ${values.json}`);
process.exitCode = isWithinBars ? 0 : 1;

/** @param {string} name */
function isWanted(name) {
  return positionals.length === 0 || positionals.includes(name);
}

/**
 * @param {string} name
 * @param {string} words
 * @param {boolean} isWithin
 */
function say(name, words, isWithin) {
  isWithinBars &&= isWithin;
  console.log(`${isWithin ? 'ok  ' : 'OVER'} ${name.padEnd(6)} ${words}`);
}

/**
 * The bar for a peak, in bytes: they are the same on every GPU.
 * @param {string} what
 * @param {number} size
 */
function mostBytes(what, size) {
  if (!what.startsWith('DDColor-tiny')) return Infinity;
  if (size === 1280 && what.endsWith('fp16')) return 1.6e9;
  const bars = { fp32: 620e6, fp16: 290e6, int8: 220e6, 'int8-fp16': 220e6 };
  const variant = /** @type {keyof typeof bars} */ (what.split(', ')[1]);
  return size === 512 ? bars[variant] : Infinity;
}

/**
 * The bar for the largest buffer.
 * @param {string} what
 * @param {number} size
 */
function mostInOne(what, size) {
  return what === 'DDColor-tiny shapes, fp16' && size === 512 ? 64e6 : Infinity;
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** @param {number} bytes */
function inMegabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
