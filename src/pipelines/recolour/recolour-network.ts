import type { StepRange } from '../../runtime/network/gpu-network.ts';
import {
  attention,
  depthwise,
  layerNorm,
  product,
  type Features,
  type Gather,
  type Moment,
} from '../../runtime/network/operations.ts';
import {
  cellMeans,
  planesOfRows,
  rowsOfPlanes,
  type Planes,
} from '../../runtime/network/plane-operations.ts';
import { Program, type Tensor } from '../../runtime/network/program.ts';
import type { Branch } from '../diffusion/guidance.ts';
import { ANSWER_PLANES, OFFERED_PLANES, type RecolourWeights } from './recolour-weights.ts';

/** What one dispatch list draws. */
export type RecolourShape = {
  /** Cells of 4 × 4 pixels of what the encoder sees: multiples of 8. */
  width: number;
  height: number;
  /** Candidates at once. */
  candidates: number;
  /** Predictions in one pass, and the passes of a step. */
  passes: readonly (readonly Branch[])[];
};

/** A pass of `velocity` over all candidates. */
export type VelocityPass = {
  branches: readonly Branch[];
  steps: StepRange;
  /** `[branches × candidates, 2, height, width]`, noise less colours, in the head's unit. */
  velocity: Planes;
};

/** Both networks at one size, ready to be planned or opened. */
export type RecolourProgram = {
  program: Program;
  /** Borrowed of the encoder's network: its feature map, and ab `[2, 4 height, 4 width]` in Lab units. */
  features: Tensor;
  answer: Tensor;
  /**
   * `[6, height, width]`: the answer by the chroma scale, which is computed here; L* / 100; hints' a and b by the
   * scale, and 1 where there is one.
   */
  offered: Planes;
  /** `condition`: once for a photograph and its hints. */
  condition: StepRange;
  /** `[candidates, 2, height, width]`: noisy colours in the head's unit. */
  noisy: Planes;
  /** The time's code; see {@link timeCode}. */
  code: Tensor;
  /** `velocity`: each pass of a step, in order. */
  passes: readonly VelocityPass[];
};

/** Of every norm here. */
const EPSILON = 1e-6;
const SAME: Gather = { kernel: 3, stride: 1, padding: 1 };
const DOWN: Gather = { kernel: 2, stride: 2, padding: 0 };

/**
 * `condition` and `velocity` (`models/recolour/architecture.py`) as dispatches. The feature map and the answer are
 * read where the encoder left them. What the time decides are vectors by channel: they act inside the norms and
 * products of the blocks, and are reckoned once a pass for all candidates.
 */
export function recolourProgram(
  weights: RecolourWeights,
  { width, height, candidates, passes }: RecolourShape,
): RecolourProgram {
  const { features: channels, embedding, chromaScale } = weights.sizes;
  const program = new Program();
  const cells = width * height;
  const features = program.borrowedTensor(cells * channels, 'real');
  const answer = program.borrowedTensor(2 * 16 * cells, 'f32');
  const kept = (planes: number, images = 1): Planes => ({
    value: program.keptTensor(images * planes * cells, 'f32'),
    ...{ width, height, planes, images },
  });
  const offered = kept(OFFERED_PLANES);
  const noisy = kept(2, candidates);
  const code = program.keptTensor(embedding, 'f32');
  cellMeans(program, 'condition.answer', answer, offered, ANSWER_PLANES, 1 / chromaScale);
  const seen: Features = { value: features, width, height, channels };
  const maps = passes.map((branches) => levelsOf(program, weights, seen, offered, branches));
  let from = program.steps.length;
  const condition = { from: 0, to: from };
  const made = passes.map((branches, i) => {
    const velocity = velocityOf(program, weights, noisy, code, maps[i]!);
    const steps = { from, to: program.steps.length };
    from = steps.to;
    return { branches, steps, velocity };
  });
  return { program, features, answer, offered, condition, noisy, code, passes: made };
}

/** Sines and cosines of a time 0–1: rates from 1000 down to 0.1 or so (`architecture.time_code`). */
export function timeCode(time: number, channels: number): Float32Array<ArrayBuffer> {
  const half = channels / 2;
  const code = new Float32Array(channels);
  for (let i = 0; i < half; i++) {
    const angle = time * 1000 * Math.exp((-Math.log(1e4) * i) / half);
    code[i] = Math.sin(angle);
    code[half + i] = Math.cos(angle);
  }
  return code;
}

/** `condition` for each branch. @returns the three levels, fine to coarse, with an image a branch. */
function levelsOf(
  program: Program,
  weights: RecolourWeights,
  seen: Features,
  offered: Planes,
  branches: readonly Branch[],
): Features[] {
  const { dims, conditionDepths } = weights.sizes;
  const levels = dims.map((channels, i): Features & { value: Tensor } => {
    const [width, height] = [seen.width >> i, seen.height >> i];
    const value = program.tensor(branches.length * width * height * channels);
    program.last(value);
    return { value, width, height, channels, images: branches.length };
  });
  branches.forEach((branch, image) => {
    const label = `condition.${branch}`;
    let x = stem(program, weights, label, seen, offered, branch);
    levels.forEach((level, i) => {
      if (i > 0) x = down(program, weights, `condition.downs.${i - 1}`, x);
      for (let j = 0; j < conditionDepths[i]!; j++) {
        x = block(program, weights, `condition.stages.${i}.${j}`, x);
      }
      const { width, height, channels } = level;
      layerNorm(program, `${label}.${i}`, x, weights.norm(`condition.outs.${i}`), EPSILON, {
        into: level.value,
        stride: channels,
        offset: image * width * height * channels,
      });
    });
  });
  return levels;
}

function stem(
  program: Program,
  weights: RecolourWeights,
  label: string,
  seen: Features,
  offered: Planes,
  branch: Branch,
): Features {
  if (branch === 'unconditional') {
    const input = rowsOfPlanes(program, `${label}.planes`, offered, { first: ANSWER_PLANES });
    return product(program, `${label}.stem`, { input, ...weights.stemUnknown, gather: SAME });
  }
  const { width, height, channels } = seen;
  const stride = channels + Math.ceil(OFFERED_PLANES / 4) * 4;
  const into = program.tensor(width * height * stride);
  layerNorm(program, `${label}.norm`, seen, weights.norm('condition.norm'), EPSILON, {
    into,
    stride,
  });
  const target = { into, stride, offset: channels };
  const input = rowsOfPlanes(program, `${label}.planes`, offered, { target });
  return product(program, `${label}.stem`, { input, ...weights.stem, gather: SAME });
}

/** `velocity` over candidates and branches. @param maps of `condition`, with an image a branch. */
function velocityOf(
  program: Program,
  weights: RecolourWeights,
  noisy: Planes,
  code: Tensor,
  maps: readonly Features[],
): Planes {
  const moments = momentsOf(program, weights, code);
  const branches = maps[0]!.images!;
  const images = noisy.images! * branches;
  const timed = (name: string, input: Features) =>
    block(program, weights, name, input, moments.get(name));
  const through = (place: string, depth: number, input: Features) => {
    let x = input;
    for (let i = 0; i < depth; i++) x = timed(`velocity.${place}.${i}`, x);
    return x;
  };
  const { depths, attentions } = weights.sizes;
  let x = product(program, 'velocity.stem', {
    input: rowsOfPlanes(program, 'velocity.planes', noisy, { images }),
    ...weights.convolution('velocity.stem'),
    gather: SAME,
    residual: maps[0]!.value,
    residualImages: branches,
  });
  const kept: Features[] = [];
  for (const level of [0, 1] as const) {
    x = through(`before.${level}`, depths[level], x);
    kept.push(x);
    x = down(program, weights, `velocity.downs.${level}`, x, maps[level + 1]!);
  }
  for (let i = 0; i < depths[2]; i++) {
    x = timed(`velocity.middle.${i}`, x);
    if (i < attentions) x = selfAttention(program, weights, `velocity.attention.${i}`, x);
  }
  for (const level of [1, 0] as const) {
    x = up(program, weights, `velocity.ups.${level}`, x, kept[level]!);
    x = through(`after.${level}`, depths[level], x);
  }
  x = layerNorm(program, 'velocity.norm', x, weights.norm('velocity.norm'), EPSILON);
  x = product(program, 'velocity.out', { input: x, ...weights.out, gather: SAME });
  return planesOfRows(program, 'velocity.result', x, 2);
}

/** What the time says to each block. */
function momentsOf(
  program: Program,
  weights: RecolourWeights,
  code: Tensor,
): ReadonlyMap<string, Moment> {
  const planes = { value: code, width: 1, height: 1, planes: code.elements };
  let x = rowsOfPlanes(program, 'velocity.code', planes);
  for (const name of ['velocity.embed.0', 'velocity.embed.2']) {
    x = product(program, name, { input: x, ...weights.convolution(name), activation: 'gelu' });
  }
  const row = product(program, 'velocity.times', { input: x, ...weights.times }).value as Tensor;
  const moments = new Map<string, Moment>();
  let offset = 0;
  for (const { name, channels } of weights.timedBlocks) {
    moments.set(name, { row, offset });
    offset += 3 * channels;
  }
  return moments;
}

/** ConvNeXt's block, in which the time may scale and shift the norm and open the layer scale. */
function block(
  program: Program,
  weights: RecolourWeights,
  name: string,
  input: Features,
  moment?: Moment,
): Features {
  const { matrix, scaleAndBias } = weights.depthwise(`${name}.dw`);
  let x = depthwise(program, `${name}.dw`, input, matrix, scaleAndBias);
  x = layerNorm(
    program,
    `${name}.norm`,
    x,
    weights.norm(`${name}.norm`),
    EPSILON,
    moment ? { moment } : {},
  );
  x = product(program, `${name}.up`, {
    input: x,
    ...weights.linear(`${name}.up`),
    activation: 'gelu',
  });
  return product(program, `${name}.down`, {
    input: x,
    ...weights.linear(`${name}.down`, `${name}.gamma`),
    isScaled: true,
    ...(moment && { gate: { row: moment.row, offset: moment.offset + 2 * input.channels } }),
    residual: input.value,
  });
}

/** Norm and half the sides; a level of the conditions is added where there is one. */
function down(
  program: Program,
  weights: RecolourWeights,
  name: string,
  input: Features,
  level?: Features,
): Features {
  const normed = layerNorm(program, `${name}.0`, input, weights.norm(`${name}.0`), EPSILON);
  return product(program, `${name}.1`, {
    input: normed,
    ...weights.convolution(`${name}.1`),
    gather: DOWN,
    ...(level && { residual: level.value, residualImages: level.images! }),
  });
}

/** Twice the sides by pixel shuffle, and what was kept on the way down. */
function up(
  program: Program,
  weights: RecolourWeights,
  name: string,
  input: Features,
  kept: Features,
): Features {
  const raised = product(program, `${name}.conv`, {
    input,
    ...weights.shuffled(`${name}.conv`),
    isShuffled: true,
  });
  return product(program, `${name}.skip`, {
    input: kept,
    ...weights.convolution(`${name}.skip`),
    residual: raised.value,
  });
}

function selfAttention(
  program: Program,
  weights: RecolourWeights,
  name: string,
  input: Features,
): Features {
  const normed = layerNorm(program, `${name}.norm`, input, weights.norm(`${name}.norm`), EPSILON);
  const part = (which: string) =>
    product(program, `${name}.${which}`, { input: normed, ...weights.linear(`${name}.${which}`) });
  const mixed = attention(program, name, part('q'), part('k'), part('v'));
  return product(program, `${name}.o`, {
    input: mixed,
    ...weights.linear(`${name}.o`),
    residual: input.value,
  });
}
