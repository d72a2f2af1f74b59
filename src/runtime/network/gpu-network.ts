import type { Variant } from '../../models/variant.ts';
import { AppError } from '../../shared/errors.ts';
import { megabytes } from '../../shared/megabytes.ts';
import type { Gpu } from '../gpu.ts';
import { planBuffers, type BufferPlan } from './buffer-plan.ts';
import type { GpuWeights } from './gpu-weights.ts';
import type { Pipelines } from './pipelines.ts';
import type { Operand, Program, Step, Tensor } from './program.ts';

/** Bytes of one step's uniform: what every adapter allows as the offset of a binding. */
export const UNIFORM_BYTES = 256;

/** A submission holds about so much work: some 50 ms on a weak GPU, far from any watchdog of a driver. */
const SUBMISSION_MACS = 12e9;

type Dispatch = { step: Step; pipeline: GPUComputePipeline; bindings: GPUBindGroup };

/** Part of a program: steps from `from` up to `to`, which is not among them. */
export type StepRange = { from: number; to: number };

/** Where a network finds what another one holds. */
export type Borrowed = ReadonlyMap<Tensor, GPUBuffer>;

/**
 * A program with all that it needs on a GPU: buffers of its activations, compiled kernels, bindings.
 * Nothing is allocated while it runs.
 */
export class GpuNetwork {
  /** Bytes of its activations. */
  readonly bytes: number;
  readonly #gpu: Gpu;
  readonly #buffers: readonly GPUBuffer[];
  readonly #plan: BufferPlan;
  readonly #dispatches: readonly Dispatch[];

  private constructor(
    gpu: Gpu,
    buffers: readonly GPUBuffer[],
    plan: BufferPlan,
    dispatches: readonly Dispatch[],
  ) {
    this.#gpu = gpu;
    this.#buffers = buffers;
    this.#plan = plan;
    this.#dispatches = dispatches;
    this.bytes = buffers.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Compiles and allocates.
   * @param weights of the same model and variant.
   * @param borrowed a buffer for each value that the program borrows; their owner outlives the network.
   * @throws {AppError} `gpu/*`.
   */
  static async open(
    gpu: Gpu,
    pipelines: Pipelines,
    program: Program,
    variant: Variant,
    weights: GpuWeights,
    borrowed: Borrowed = new Map(),
  ): Promise<GpuNetwork> {
    const compiled = await pipelines.of(program, variant);
    const plan = planBuffers(program, variant);
    assertBindable(gpu.device, plan);
    const buffers: GPUBuffer[] = [];
    try {
      const dispatches = await gpu.guard(() => {
        for (const size of plan.sizes) buffers.push(activations(gpu.device, size));
        const uniforms = uniformsOf(gpu.device, program);
        buffers.push(uniforms);
        const placeOf = (tensor: Tensor) =>
          borrowed.get(tensor) ?? buffers[plan.bufferOf.get(tensor)!]!;
        return program.steps.map((step, index) => {
          const pipeline = compiled[index]!;
          const bound = step.operands.map((operand) => bindingOf(operand, weights, placeOf));
          return { step, pipeline, bindings: bind(gpu.device, pipeline, uniforms, index, bound) };
        });
      });
      return new GpuNetwork(gpu, buffers, plan, dispatches);
    } catch (error) {
      for (const buffer of buffers) buffer.destroy();
      throw error;
    }
  }

  /** Puts numbers into a kept tensor before a run. @param first of its elements that is written. */
  write(tensor: Tensor, data: Float32Array<ArrayBuffer>, first = 0): void {
    this.#gpu.device.queue.writeBuffer(this.bufferOf(tensor), 4 * first, data);
  }

  /** The buffer of a kept or lasting tensor; what is in it stays until the next run. */
  bufferOf(tensor: Tensor): GPUBuffer {
    return this.#buffers[this.#plan.bufferOf.get(tensor)!]!;
  }

  /**
   * Submits steps, in order: all of them, or some whose inputs are kept or lasting. What goes wrong is told by the
   * device's events; see {@link Gpu.check}.
   */
  run({ from, to }: StepRange = { from: 0, to: this.#dispatches.length }): void {
    const { device } = this.#gpu;
    for (const submission of submissions(this.#dispatches.slice(from, to))) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { step, pipeline, bindings } of submission) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroups(...step.workgroups);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
  }

  /** Milliseconds of each step by the GPU's own clock; needs `timestamp-query`. For measuring. */
  async profile(): Promise<{ label: string; macs: number; ms: number }[]> {
    const { device } = this.#gpu;
    const count = 2 * this.#dispatches.length;
    const querySet = device.createQuerySet({ type: 'timestamp', count });
    const resolved = device.createBuffer({
      label: 'other:timestamps',
      size: 8 * count,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    const encoder = device.createCommandEncoder();
    this.#dispatches.forEach(({ step, pipeline, bindings }, index) => {
      const pass = encoder.beginComputePass({
        timestampWrites: {
          querySet,
          beginningOfPassWriteIndex: 2 * index,
          endOfPassWriteIndex: 2 * index + 1,
        },
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(...step.workgroups);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const times = new BigUint64Array(await this.#gpu.readCopy(resolved, 8 * count));
    resolved.destroy();
    querySet.destroy();
    return this.#dispatches.map(({ step: { label, macs } }, index) => ({
      label,
      macs,
      ms: Number(times[2 * index + 1]! - times[2 * index]!) / 1e6,
    }));
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

/** @throws {AppError} `gpu/limit`, which would else be told as a failure of the driver. */
function assertBindable({ limits }: GPUDevice, { sizes }: BufferPlan): void {
  const mostBytes = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  const largestBytes = Math.max(...sizes);
  if (largestBytes <= mostBytes) return;
  throw new AppError(
    'gpu/limit',
    `The GPU takes ${megabytes(mostBytes)} in one buffer, and this size needs ${megabytes(largestBytes)}.`,
    { detail: { largestBytes, mostBytes } },
  );
}

function activations(device: GPUDevice, size: number): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  return device.createBuffer({ label: 'activations:tensor', size, usage });
}

function uniformsOf(device: GPUDevice, program: Program): GPUBuffer {
  const data = new Uint32Array((program.steps.length * UNIFORM_BYTES) / 4);
  program.steps.forEach(({ uniform }, i) => data.set(uniform, (i * UNIFORM_BYTES) / 4));
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const size = data.byteLength;
  const buffer = device.createBuffer({ label: 'activations:uniforms', size, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

function bindingOf(
  operand: Operand,
  weights: GpuWeights,
  placeOf: (tensor: Tensor) => GPUBuffer,
): GPUBufferBinding {
  if (operand.kind === 'tensor') return { buffer: placeOf(operand.tensor) };
  return weights.placeOf(operand.kind === 'matrix' ? operand.matrix.name : operand.vector.name);
}

function bind(
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  uniforms: GPUBuffer,
  index: number,
  bound: readonly GPUBufferBinding[],
): GPUBindGroup {
  const uniform = { buffer: uniforms, offset: index * UNIFORM_BYTES, size: UNIFORM_BYTES };
  return device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [uniform, ...bound].map((resource, binding) => ({ binding, resource })),
  });
}

function* submissions(dispatches: readonly Dispatch[]): Iterable<Dispatch[]> {
  let held: Dispatch[] = [];
  let macs = 0;
  for (const dispatch of dispatches) {
    const isFull = macs + dispatch.step.macs > SUBMISSION_MACS || dispatch.step.beginsSubmission;
    if (held.length > 0 && isFull) {
      yield held;
      held = [];
      macs = 0;
    }
    held.push(dispatch);
    macs += dispatch.step.macs;
  }
  if (held.length > 0) yield held;
}
