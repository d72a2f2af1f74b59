import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { readEvaluation } from '../test/bench/evaluation/read-evaluation.mjs';
import { ensurePackages } from './packages.mjs';

/**
 * @import { Row } from '../test/bench/evaluation/summary.mjs'
 * @import { UpsamplingRow } from '../test/bench/evaluation/upsampling.ts'
 */

const USAGE = `Makes colour photographs gray, has the engine colour them as the app does, and compares.

  npm run evaluate -- FOLDER_OR_TAR [options]
  npm run evaluate -- upsampling FOLDER_OR_TAR [--sizes 256,512] [options]

Of each photograph: PSNR (RGB), SSIM of chroma, colourfulness (Hasler and Süsstrunk) and its difference
from the original's, mean |Δab|, mean CIEDE2000, and with --perceptual a distance in the manner of LPIPS.
Of photographs without colours: colourfulness, mean chroma and where the hues lie.

  --square SIDE        the middle square at SIDE pixels (256 is what training measures) in place of the
                       photograph at its own size
  --size SIZE          what the network sees: auto or a number (default auto)
  --device DEVICE      auto, webgpu or wasm (default wasm)
  --strength NUMBER    how much colour (default 1)
  --model FOLDER       a packed model folder in place of the one that ships
  --perceptual FILE    an ONNX network whose outputs are feature maps, ImageNet's colours in
  --limit N            so many photographs, spread evenly over the names
  --json FILE          everything, with a row a photograph
  --against FILE       compares with such a file, pair by pair
  --sheet FILE         a contact sheet to look at, .webp or .png

upsampling compares ways to bring the small ab planes to the photograph's size: nearest (the official
code's), bilinear and guided (ours), for the photograph's own ab averaged and for the network's.
Photographs, networks and sheets of third parties are never committed.`;

const { values, positionals } = understood(() =>
  parseArgs({
    allowPositionals: true,
    options: {
      square: { type: 'string' },
      size: { type: 'string', default: 'auto' },
      sizes: { type: 'string', default: '256,512' },
      device: { type: 'string', default: 'wasm' },
      strength: { type: 'string', default: '1' },
      model: { type: 'string' },
      perceptual: { type: 'string' },
      limit: { type: 'string', default: 'Infinity' },
      json: { type: 'string' },
      against: { type: 'string' },
      sheet: { type: 'string' },
      help: { type: 'boolean' },
    },
  }),
);
const isUpsampling = positionals[0] === 'upsampling';
const source = positionals[isUpsampling ? 1 : 0];
if (values.help || !source) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
const wanted = understood(() => ({
  square: values.square === undefined ? null : numberOf('square', values.square, 32),
  size: sizeNamed(values.size),
  sizes: values.sizes.split(',').map((size) => numberOf('sizes', size, 32)),
  strength: numberOf('strength', values.strength, 0),
  limit: numberOf('limit', values.limit, 1),
  device: deviceNamed(values.device),
}));
process.chdir(process.env['INIT_CWD'] || '.');
for (const path of [source, values.perceptual, values.against]) {
  if (path === undefined || (await stat(path).catch(() => null))) continue;
  refuse(`There is no file or folder ${JSON.stringify(path)}.`);
}
if (values.model && !(await stat(join(values.model, 'card.json')).catch(() => null))) {
  refuse(`${JSON.stringify(values.model)} is no packed model folder: it has no card.json.`);
}
const other = values.against && (await readEvaluation(values.against));
if (other === null) refuse(`${JSON.stringify(values.against)} is not what --json has written.`);
await ensurePackages();
const { EvaluationHost } = await import('../test/bench/evaluation/evaluation-host.mjs');
const scratch = await mkdtemp(join(tmpdir(), 'autochrome-evaluate-'));
try {
  const photographs = await photographsIn(await unpacked(source));
  const host = await EvaluationHost.open({
    wantsGpu: wanted.device !== 'wasm',
    model: values.model ? resolve(values.model) : null,
    perceptual: values.perceptual ?? null,
    wantsSheet: values.sheet !== undefined,
  });
  try {
    await (isUpsampling ? compareUpsampling(host, photographs) : evaluate(host, photographs));
  } finally {
    await host.close();
  }
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

/**
 * @param {string} folder
 * @returns {Promise<{ path: string, name: string }[]>} as many as are wanted
 */
async function photographsIn(folder) {
  const { planJobs } = await import('../src/cli/inputs.mjs');
  const jobs = await planJobs([folder], join(scratch, 'none'), 'png');
  const found = jobs.map(({ input }) => ({ path: input, name: relative(resolve(folder), input) }));
  // As Python sorts, so that both take the same part of them.
  found.sort((one, other) => (one.name < other.name ? -1 : 1));
  // A part is spread over the whole: neighbours in name are often of one kind.
  const step = Math.max(1, found.length / wanted.limit);
  return found.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/**
 * @param {string} name of the option
 * @param {string} value
 * @param {number} least
 */
function numberOf(name, value, least) {
  const number = Number(value);
  if (value.trim() !== '' && number >= least) return number;
  throw new TypeError(`--${name} is a number from ${least}, not ${JSON.stringify(value)}.`);
}

/**
 * @param {string} name
 * @returns {'auto' | 'webgpu' | 'wasm'}
 */
function deviceNamed(name) {
  if (name === 'auto' || name === 'webgpu' || name === 'wasm') return name;
  throw new TypeError(`--device is one of auto, webgpu, wasm, not ${JSON.stringify(name)}.`);
}

/**
 * @param {string} name
 * @returns {'auto' | number}
 */
function sizeNamed(name) {
  return name === 'auto' ? name : numberOf('size', name, 32);
}

/**
 * What reading the command line gives; what is wrong with it ends the program.
 * @template T
 * @param {() => T} read
 * @returns {T}
 */
function understood(read) {
  try {
    return read();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function refuse(sentence) {
  console.error(`${sentence} --help tells more.`);
  process.exit(2);
}

/**
 * @param {Awaited<ReturnType<typeof EvaluationHost.open>>} host
 * @param {{ path: string, name: string }[]} photographs
 */
async function evaluate(host, photographs) {
  const { comparisonTable, differingSettings, meansOf, tableOf } =
    await import('../test/bench/evaluation/summary.mjs');
  const { square, size, strength, device } = wanted;
  const wish = /** @type {const} */ ({
    square,
    wish: { kind: 'auto', size, device, wantsPreview: false },
    look: { strength, saturation: 1 },
  });
  /** @type {(Row & { width: number, height: number, plan: object })[]} */
  const rows = [];
  for (const { path, name } of photographs) {
    const { measures, grayMeasures, ...rest } = await host.evaluate(path, name, wish);
    rows.push({ file: name, ...rest, measures: measures && { ...measures }, grayMeasures });
    if (rows.length % 25 === 0) console.log(`${rows.length} of ${photographs.length} …`);
  }
  const found = {
    settings: {
      measuredBy: 'the engine in Chromium',
      model: rows[0] && 'model' in rows[0].plan ? rows[0].plan.model : null,
      square,
      strength,
      size,
      device,
      perceptual: values.perceptual ? await sha256(values.perceptual) : null,
    },
    mean: meansOf(rows, 'measures'),
    grayMean: meansOf(rows, 'grayMeasures'),
    rows,
  };
  console.log(`\n${tableOf(rows)}`);
  if (!values.perceptual) console.log('\nNo perceptual distance: it needs --perceptual FILE.');
  if (values.sheet) await host.writeSheet(resolve(values.sheet));
  await writeJson(found);
  if (!other) return;
  console.log(`\n${comparisonTable(found, other)}`);
  for (const sentence of differingSettings(found, other)) console.log(sentence);
}

/**
 * @param {Awaited<ReturnType<typeof EvaluationHost.open>>} host
 * @param {{ path: string, name: string }[]} photographs
 */
async function compareUpsampling(host, photographs) {
  const { upsamplingTable } = await import('../test/bench/evaluation/upsampling-summary.mjs');
  const { sizes, device } = wanted;
  /** @type {(UpsamplingRow & { file: string })[]} */
  const rows = [];
  for (const { path, name } of photographs) {
    const found = await host.compareUpsampling(path, name, sizes, device);
    rows.push(...found.map((row) => ({ file: name, ...row })));
    console.log(`${name} …`);
  }
  console.log(`\n${upsamplingTable(rows)}`);
  await writeJson({ settings: { sizes, device, model: values.model ?? null }, rows });
}

/** @param {object} found */
async function writeJson(found) {
  if (!values.json) return;
  await mkdir(dirname(values.json), { recursive: true });
  await writeFile(values.json, `${JSON.stringify(found, null, 2)}\n`);
}

/** @param {string} path */
async function sha256(path) {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
