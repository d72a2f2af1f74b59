import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Photograph } from '../../../src/image/photograph.ts';
import type { Model } from '../../../src/models/model.ts';
import type { RecolourCard } from '../../../src/models/recolour-card.ts';
import type {
  CandidateState,
  RecolourListener,
  RecolourResult,
  RecolourResume,
} from '../../../src/pipelines/recolour/events.ts';
import type { RecolourJob } from '../../../src/pipelines/recolour/job.ts';
import { wholeProgram } from '../../../src/pipelines/recolour/gpu-head.ts';
import { recolour } from '../../../src/pipelines/recolour/recolour.ts';
import type { RecolourRequest } from '../../../src/pipelines/recolour/request.ts';
import { openOnGpu } from '../../../src/pipelines/colorize/gpu-network.ts';
import { networkSize } from '../../../src/planner/network-size.ts';
import { profileOf, type Profile } from '../../../src/planner/profile.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { planSlabs, weightBytes } from '../../../src/runtime/network/gpu-weights.ts';
import { patchErrorScopes, raiseOutOfMemory } from '../../fault/platform/error-scopes.ts';
import { foldScene } from '../../support/fold-scene.ts';
import { randomColoriser } from '../../support/random-coloriser.ts';
import { randomRecolourer } from '../../support/random-recolourer.ts';
import { recolourPlaces } from '../../support/recolour-places.ts';

// Random weights of a few channels on 8 × 8 cells: everything but a meaning.
const REQUEST: RecolourRequest = {
  seeds: [1, 2],
  vividness: 1.5,
  hints: [],
  lock: null,
  mode: 'draft',
  size: 32,
};

/** The same on one device, whose kernels are compiled once. */
const shared = recolourPlaces();
let coloriser: Model;
let recolourer: Model<RecolourCard>;
beforeAll(async () => {
  // No real device runs out of memory on demand.
  patchErrorScopes();
  coloriser = await randomColoriser();
  recolourer = await randomRecolourer(coloriser);
});
afterAll(() => shared.close());

test('the encoder is there once for both pipelines, and all of it takes what was planned', async () => {
  const place = await shared.open('webgpu', 0, new AbortController().signal);
  if (place.backend !== 'webgpu') throw new Error('There is a GPU.');
  const { ledger } = place.gpu;
  const job = jobOf('webgpu', {}, {});
  const files = await coloriser.bring('webgpu');
  const network = networkSize(32, 32, 32);
  const colouring = await openOnGpu(place, coloriser, files, {
    ...{ variant: 'int8', network, tileRows: network.height },
  });
  const alone = { ...ledger.live };
  ledger.startRun();
  const { plan } = await recolour(job);
  const own = ledger.live.weights - alone.weights;
  const table = await recolourer.weightTable(await recolourer.bring('webgpu'));
  const program = wholeProgram(table, recolourer.card);
  const slabs = planSlabs(weightBytes(program, 'int8')).sizes;
  expect(own, 'the weights of the head and no others').toBe(slabs.reduce((a, b) => a + b, 0));
  // Pictures are of the field, which candidates are drawn with later; what is read back comes and goes.
  const { weights, activations } = ledger.report.peakBytes;
  const pictures = 28 * network.width * network.height;
  expect(weights + activations + pictures).toBe(plan.peakBytes);
  colouring.release();
  await place.pool.shrink(0);
  expect(ledger.live).toMatchObject({ weights: 0, activations: 0 });
}, 240_000);

test('candidates on a GPU are those that onnxruntime gives', async () => {
  // Both sides are padded.
  const photograph = drawnPhotograph(60, 52);
  const onGpu = await run('webgpu', { size: 64 }, { photograph });
  const onWasm = await run('wasm', { size: 64 }, { photograph, places: recolourPlaces() });
  expect(onGpu.plan).toMatchObject({
    backend: 'webgpu',
    variant: 'int8',
    batch: 2,
    guidance: 'batched',
  });
  expect(onWasm.plan).toMatchObject({ backend: 'wasm', batch: 1 });
  expect(mostDifference(onGpu, onWasm)).toBeLessThan(0.02);
  const [first, second] = onGpu.candidates.map(({ planes }) => planes.ab);
  expect(mostOf(first!.map((value, i) => value - second![i]!)), 'seeds differ').toBeGreaterThan(5);
}, 240_000);

test('one list, two passes and one candidate after the other are the same colours', async () => {
  const batched = await run('webgpu');
  const seen: string[] = [];
  let { peakBytes } = batched.plan;
  for (let i = 0; i < 2; i++) {
    const profile = { ...profileFor('webgpu'), budgetBytes: peakBytes - 1 };
    const found = await run('webgpu', {}, { profile });
    const refusedBy: unknown = expect.stringContaining('is over the budget');
    expect(found.plan.considered[0]).toMatchObject({ refusedBy });
    expect(mostDifference(batched, found)).toBeLessThan(1e-3);
    seen.push(`${found.plan.guidance} of ${found.plan.batch} at ${found.plan.size}`);
    ({ peakBytes } = found.plan);
  }
  expect(seen).toEqual(['two-passes of 2 at 32', 'two-passes of 1 at 32']);
}, 120_000);

test('a lock keeps its colours exactly, a hint colours its place, and both come back from a dead worker', async () => {
  const ab = Float32Array.from({ length: 2 * 64 }, (_, at) => (at % 7) - 3);
  // The left three columns of eight.
  const data = Uint8Array.from({ length: 64 }, (_, at) => (at % 8 < 3 ? 255 : 0));
  const change = {
    lock: { mask: { width: 8, height: 8, data }, planes: { width: 8, height: 8, ab } },
    hints: [{ x: 0.9, y: 0.2, a: 60, b: -40, radius: 0.15 }],
    steps: 3,
  };
  const states: CandidateState[] = [];
  const onStep: RecolourListener['onStep'] = ({ state, preview }) => {
    expect(preview.rgba.length).toBe(4 * 64);
    if (state.step === 1) states.push(state);
  };
  const found = await run('webgpu', change, { listener: { onStep } });
  for (const { planes } of found.candidates) {
    const cells = planes.width * planes.height;
    for (let at = 0; at < 2 * cells; at++) {
      if (data[at % cells] === 255) expect(planes.ab[at]).toBe(ab[at]);
    }
    const hinted = Math.floor(0.2 * 8) * 8 + Math.floor(0.9 * 8);
    expect(Math.abs(planes.ab[hinted]! - 60)).toBeLessThan(1);
    expect(Math.abs(planes.ab[cells + hinted]! + 40)).toBeLessThan(1);
  }
  expect(states.map(({ seed }) => seed)).toEqual([1, 2]);
  const done = [found.candidates[0]!];
  let steps = 0;
  const resumed = await run('webgpu', change, {
    resume: { done, underWay: [states[1]!] },
    listener: { onStep: () => void steps++ },
  });
  expect(steps, 'the first is done, and of the other a step').toBe(2);
  expect(resumed.candidates[0]).toBe(found.candidates[0]);
  expect(mostDifference(found, resumed)).toBeLessThan(1e-3);
}, 240_000);

test('another coloriser is refused with a sentence', async () => {
  const other = await randomColoriser(8);
  const job = { ...jobOf('wasm', {}, {}), coloriser: other };
  await expect(recolour(job)).rejects.toMatchObject({
    code: 'model/incompatible',
    message: 'Several colourings need another version of Random than the one that is here.',
  });
});

// Last: it takes the shared device.
test('nonsense begins anew; no memory, a lost device and one that never comes back cost no step', async () => {
  const request = { seeds: [1, 2, 3], steps: 3 };
  const whole = await run('webgpu', request);
  const told: string[] = [];
  let steps = 0;
  let passes = 0;
  const places = recolourPlaces(
    (what, gpu) => {
      if (what === 'load' && passes === 6) {
        passes++;
        throw new AppError('gpu/unavailable', 'There is no GPU any more.');
      }
      if (what !== 'step') return;
      passes++;
      // The first is the last step of what is spoilt, the second the first of all three.
      if (passes === 3) raiseOutOfMemory(gpu!.device, 'No room.');
      // Of two passes a step.
      if (passes === 6) gpu!.device.destroy();
    },
    await shared.open('webgpu', 0, new AbortController().signal),
  );
  const listener: RecolourListener = {
    onStep: () => void steps++,
    onStepDown: (_, { code }) => void told.push(code),
    onPlan: ({ backend, guidance, batch }) => void told.push(`${backend} ${guidance} ${batch}`),
  };
  const latent = new Float32Array(2 * 64).fill(40);
  const spoilt = { seed: 1, step: 2, steps: 3, width: 8, height: 8, latent };
  const resume = { done: [], underWay: [spoilt] };
  const found = await run('webgpu', request, { places, listener, resume });
  expect(told).toEqual([
    ...['webgpu batched 3', 'output/implausible', 'webgpu batched 3', 'gpu/out-of-memory'],
    ...['webgpu two-passes 3', 'gpu/device-lost', 'webgpu two-passes 1', 'gpu/unavailable'],
    'wasm two-passes 1',
  ]);
  expect(steps, 'no step twice').toBe(3 * found.plan.steps);
  expect(found.steps[1]).toBe(
    'The GPU ran out of memory while drawing 3 candidates at a time at size 32 in fp32; now 3 candidates at a time at size 32 in fp32, guided in two passes, going on from the last step.',
  );
  expect(places.gpus.length, 'a new device after each failure').toBe(2);
  expect(mostDifference(whole, found)).toBeLessThan(0.05);
}, 240_000);

type Options = {
  listener?: RecolourListener;
  places?: ReturnType<typeof recolourPlaces>;
  photograph?: Photograph;
  profile?: Profile;
  resume?: RecolourResume;
};

async function run(
  backend: 'webgpu' | 'wasm',
  change: Partial<RecolourRequest> = {},
  { places = shared, ...options }: Options = {},
): Promise<RecolourResult> {
  try {
    return await recolour(jobOf(backend, change, { places, ...options }));
  } finally {
    if (places !== shared) await places.close();
  }
}

function jobOf(
  backend: 'webgpu' | 'wasm',
  change: Partial<RecolourRequest>,
  { listener = {}, places = shared, photograph, profile, resume }: Options,
): RecolourJob {
  return {
    photograph: photograph ?? drawnPhotograph(32, 32),
    request: { ...REQUEST, ...change },
    ...{ coloriser, recolourer, places, listener },
    profile: profile ?? profileFor(backend),
    signal: new AbortController().signal,
    resume: resume ?? null,
  };
}

function drawnPhotograph(width: number, height: number): Photograph {
  const scene = foldScene(64);
  const data = Uint16Array.from({ length: width * height }, (_, at) => {
    return scene[Math.floor(at / width) * 64 + (at % width)]! * 257;
  });
  return { lightness: { width, height, data }, alpha: null, ownChroma: null };
}

function profileFor(backend: 'webgpu' | 'wasm'): Profile {
  const facts = {
    adapter: {
      ...{ vendor: '', architecture: '', isFallback: false, features: [] },
      ...{ maxBufferSize: 2 ** 31, maxStorageBufferBindingSize: 2 ** 30 },
    },
    ...{ deviceMemoryGiB: 8, mobile: null, isHalfProven: false, now: 0 },
    history: { reached: null, failed: null, trial: null, hung: null, probe: null },
  };
  return profileOf(facts, backend);
}

function mostDifference(one: RecolourResult, other: RecolourResult): number {
  return Math.max(
    ...one.candidates.map(({ planes }, i) => {
      const expected = other.candidates[i]!.planes;
      expect([planes.width, planes.height]).toEqual([expected.width, expected.height]);
      return mostOf(planes.ab.map((value, at) => value - expected.ab[at]!));
    }),
  );
}

function mostOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
