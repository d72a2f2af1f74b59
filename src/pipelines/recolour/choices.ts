import type { Model } from '../../models/model.ts';
import type { RecolourCard } from '../../models/recolour-card.ts';
import type { Variant } from '../../models/variant.ts';
import type { WeightTensor } from '../../models/weights.ts';
import { sizesInOrder } from '../../planner/plan.ts';
import type { Profile } from '../../planner/profile.ts';
import { rungAt, type Rung } from '../../planner/rung.ts';
import type { SamplingChoice } from '../../planner/sampling-ladder.ts';
import { planBuffers } from '../../runtime/network/buffer-plan.ts';
import { UNIFORM_BYTES } from '../../runtime/network/gpu-network.ts';
import { planSlabs, weightBytes } from '../../runtime/network/gpu-weights.ts';
import { gpuFootprint } from '../colorize/footprints.ts';
import { branchesOf, type Branch } from '../diffusion/guidance.ts';
import { programOf, wholeProgram } from './gpu-head.ts';
import type { RecolourProgram } from './recolour-network.ts';
import { stepsOf, type RecolourRequest } from './request.ts';

/** One way to draw candidates. */
export type RecolourChoice = SamplingChoice & {
  /** The coloriser, whose encoder it is: the same rung is the same network. */
  encoder: Rung;
  batch: number;
  guidance: 'batched' | 'two-passes' | 'none';
  /** Predictions in each pass of a step. */
  passes: readonly (readonly Branch[])[];
  steps: number;
  /** Of the head alone. */
  headBytes: number;
};

/** What choices are made of. */
export type ChoiceFacts = {
  coloriser: Model;
  recolourer: Model<RecolourCard>;
  /** Tables of both models' weights. */
  encoderTable: readonly WeightTensor[];
  headTable: readonly WeightTensor[];
  photograph: { width: number; height: number };
  request: RecolourRequest;
};

/** Most candidates in one list: beyond it even a large GPU gains nothing, and previews come later. */
const MOST_BATCH = 8;
/**
 * Precisions of a GPU, best first. Half precision is not among them: what it saves is little beside the encoder,
 * and a step's error would be carried on through all that follow.
 */
const VARIANTS: readonly Variant[] = ['int8', 'fp32'];
/** Where a pass takes seconds, a final candidate makes do with this part of its steps. */
const SLOW_SHARE = 1 / 2;
/** The heap that onnxruntime grows to, in parts of the weights in fp32 and of the activations on a GPU. */
const WASM_WEIGHTS = 3;
const WASM_ACTIVATIONS = 2;

/**
 * All ways to draw, best first: at each size all candidates at once with both predictions of guidance in one pass,
 * then one prediction after the other, which takes half the memory, then fewer candidates; smaller sizes after that,
 * another precision where int8 is wrong, and the processor at last.
 */
export function* recolourChoices(profile: Profile, facts: ChoiceFacts): Iterable<RecolourChoice> {
  const { coloriser, request } = facts;
  const processor = profile.backend === 'wasm' ? profile : profile.fallback;
  const wish = { kind: 'auto', size: request.size } as const;
  if (profile.backend === 'webgpu') {
    for (const variant of VARIANTS.filter((each) => coloriser.card.memory[each])) {
      const whole = wholeProgram(facts.headTable, facts.recolourer.card);
      const weights = planSlabs(weightBytes(whole, variant)).sizes;
      for (const size of sizesInOrder(profile, coloriser.card, wish)) {
        const { photograph } = facts;
        const encoder = rungAt(profile, coloriser.card, photograph, variant, size);
        for (const way of ways(request)) {
          yield choiceOnGpu(facts, encoder, weights, { ...way, steps: stepsOn(facts, profile) });
        }
      }
    }
  }
  if (!processor) return;
  for (const size of sizesInOrder(processor, coloriser.card, wish)) {
    yield choiceOnWasm(
      facts,
      rungAt(processor, coloriser.card, facts.photograph, 'fp32', size),
      stepsOn(facts, processor),
    );
  }
}

type Way = Pick<RecolourChoice, 'batch' | 'guidance' | 'passes'>;

function* ways({ vividness, seeds }: RecolourRequest): Iterable<Way> {
  const branches = branchesOf(vividness);
  const each = branches.map((branch) => [branch]);
  const isGuided = branches.length > 1;
  const most = Math.min(MOST_BATCH, seeds.length);
  if (isGuided) yield { batch: most, guidance: 'batched', passes: [branches] };
  for (let batch = most; batch >= 1; batch = Math.floor(batch / 2)) {
    yield { batch, guidance: isGuided ? 'two-passes' : 'none', passes: each };
  }
}

/** A draft, and what was asked by number, are taken as they are. */
function stepsOn(
  { request, recolourer }: ChoiceFacts,
  { backend, isSlow }: Pick<Profile, 'backend' | 'isSlow'>,
): number {
  const steps = stepsOf(request, recolourer.card.sampling);
  const isGiven = request.steps !== undefined || request.mode === 'draft';
  const isShort = backend === 'wasm' || isSlow;
  return isGiven || !isShort ? steps : Math.max(1, Math.ceil(steps * SLOW_SHARE));
}

function choiceOnGpu(
  facts: ChoiceFacts,
  encoder: Rung,
  weights: readonly number[],
  way: Way & { steps: number },
): RecolourChoice {
  const { card } = facts.coloriser;
  const { variant, network, tileRows, size } = encoder;
  const { width, height } = network;
  const seen = gpuFootprint(facts.encoderTable, card.network, variant, width, height, tileRows);
  const made = programOf(facts.headTable, facts.recolourer.card, { encoder, ...way });
  const { program } = made;
  const buffers = planBuffers(program, variant).sizes;
  const headBytes = sum(weights) + sum(buffers) + UNIFORM_BYTES * program.steps.length;
  return {
    ...way,
    ...{ backend: 'webgpu', variant, encoder, headBytes },
    work: workOf(made),
    peakBytes: seen.peakBytes + headBytes,
    largestBufferBytes: Math.max(seen.largestBufferBytes, ...buffers, ...weights),
    words: `${candidatesOf(way.batch)} at size ${size}${variant === 'int8' ? '' : ` in ${variant}`}${way.guidance === 'two-passes' ? ', guided in two passes' : ''}`,
  };
}

function choiceOnWasm(facts: ChoiceFacts, encoder: Rung, steps: number): RecolourChoice {
  const passes = branchesOf(facts.request.vividness).map((branch) => [branch]);
  const way = { batch: 1, passes };
  const made = programOf(facts.headTable, facts.recolourer.card, { encoder, ...way });
  const weights = sum(facts.headTable.map(({ materialised }) => materialised.byteLength));
  const activations = sum(planBuffers(made.program, 'fp32').sizes);
  const headBytes = WASM_WEIGHTS * weights + WASM_ACTIVATIONS * activations;
  return {
    ...way,
    ...{ backend: 'wasm', variant: 'fp32', encoder, steps, headBytes, work: workOf(made) },
    guidance: passes.length > 1 ? 'two-passes' : 'none',
    peakBytes: encoder.peakBytes + headBytes,
    largestBufferBytes: 0,
    words: `one candidate after the other at size ${encoder.size} on the processor`,
  };
}

/** Multiply–accumulates of the longest pass: the device is asked after each. */
function workOf({ program, passes }: RecolourProgram): number {
  const each = passes.map(({ steps: { from, to } }) =>
    sum(program.steps.slice(from, to).map(({ macs }) => macs)),
  );
  return Math.max(...each);
}

function candidatesOf(batch: number): string {
  return batch === 1 ? 'one candidate at a time' : `${batch} candidates at a time`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
