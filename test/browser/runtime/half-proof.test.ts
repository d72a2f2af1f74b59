import { afterAll, beforeAll, expect, test } from 'vitest';
import { PUBLISHED_TINY, randomDdcolor } from '../../../src/bench/random-ddcolor.ts';
import { ddcolor } from '../../../src/pipelines/colorize/ddcolor.ts';
import { DdcolorWeights } from '../../../src/pipelines/colorize/ddcolor-weights.ts';
import { Gpu } from '../../../src/runtime/gpu.ts';
import { MOST_ERROR, proofError, provesHalf } from '../../../src/runtime/network/half-proof.ts';
import { proofNetwork } from '../../../src/runtime/network/half-proof-network.ts';
import { Pipelines } from '../../../src/runtime/network/pipelines.ts';
import type { Step } from '../../../src/runtime/network/program.ts';

// The software adapter here has no halves: full precision stands in, rounded or spoilt in the shaders.
const SPOILT = [
  'layer-norm',
  'depthwise',
  'blur',
  'product-sum',
  'position',
  'attention-merge',
  'colour-kernel',
];
const weights = new DdcolorWeights(randomDdcolor(PUBLISHED_TINY, 1), 1);

let gpu: Gpu;
let pipelines: ChangedPipelines;
beforeAll(async () => {
  gpu = await Gpu.open();
  pipelines = new ChangedPipelines(gpu);
});
afterAll(() => gpu.close());

/** Kernels as a driver might understand them. */
class ChangedPipelines extends Pipelines {
  change: (code: string, kernel: string) => string = (code) => code;

  override get(label: string, code: string): Promise<GPUComputePipeline> {
    return super.get(label, this.change(code, label));
  }
}

/** Where a kernel's numbers become halves, and where it reads halves that others wrote. */
const STORED = /\breal4\((?=[a-z0-9])/g;
const READ = /vec4f\((?:input|query|embeddings)\[[^\]]+\]\)/g;

/** Every value rounded to a half before it is stored. */
const rounded = (code: string) => code.replace(STORED, 'quantizeToF16(');

/** Halves that change places with their neighbours. */
function swapped(code: string): string {
  const begin = code.search(STORED);
  if (begin < 0) return code.replace(READ, '$&.yxwz');
  let end = code.indexOf('(', begin);
  for (let open = 1; open > 0;) open += { '(': 1, ')': -1 }[code[++end]!] ?? 0;
  return `${code.slice(0, end + 1)}.yxwz${code.slice(end + 1)}`;
}

test('full precision gives the answer, and halves only what rounding takes from it', async () => {
  expect(await proofError(gpu, pipelines, 'int8')).toBeLessThan(1e-5);
  pipelines.change = rounded;
  const error = await proofError(gpu, pipelines, 'int8');
  expect(error).toBeGreaterThan(1e-4);
  expect(error).toBeLessThan(MOST_ERROR / 4);
}, 60_000);

// Those that a software adapter compiles quickly.
test('a driver that misplaces halves in one kernel alone is found out', async () => {
  for (const kernel of SPOILT) {
    pipelines.change = (code, label) => (label === kernel ? swapped(code) : code);
    expect(await proofError(gpu, pipelines, 'int8'), kernel).toBeGreaterThan(4 * MOST_ERROR);
  }
}, 60_000);

test('every kernel that takes halves is in the proof', () => {
  const kernels = (steps: readonly Step[]) => new Set(steps.map(({ kernel }) => kernel.name));
  const { program } = ddcolor(weights, 32, 32, { slope: [0, 0], offset: [0, 0] }, 32);
  const proven = kernels(proofNetwork().program.steps);
  const others = [...kernels(program.steps)].filter((name) => !proven.has(name));
  expect(others, 'full precision in every variant').toEqual(['ab']);
});

test('a GPU that has no halves proves nothing', async () => {
  pipelines.change = (code) => code;
  expect(await provesHalf(gpu, pipelines)).toBe(gpu.device.features.has('shader-f16'));
}, 60_000);
