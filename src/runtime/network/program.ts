import type { KernelSource } from './kernel-source.ts';
import type { WeightSource } from '../../models/stored-tensor.ts';

/** Element types of tensors: `real` is the variant's own (fp32 or fp16), `f32` is always full. */
export type Scalar = 'real' | 'f32';

/** A value that some step writes and later ones read: rows of channels, channels last. */
export type Tensor = { readonly id: number; readonly elements: number; readonly scalar: Scalar };

/** Weights for a matrix product, `[depth, channels]` row-major. Equal names are equal weights. */
export type Matrix = {
  readonly name: string;
  readonly depth: number;
  /** A multiple of four. */
  readonly channels: number;
  /** Whether the download has it as int8; the few small ones that it has not stay `real`. */
  readonly isInt8: boolean;
  /** Its values, not yet scaled. */
  readonly values: (source: WeightSource) => Int8Array | Float32Array;
};

/** Numbers that are fp32 in every variant: biases, scales, norms. Equal names are equal numbers. */
export type Vector = {
  readonly name: string;
  readonly length: number;
  readonly values: (source: WeightSource) => Float32Array;
};

/** What a step binds, in the order of its kernel's bindings after the uniform at 0. */
export type Operand =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  | { readonly kind: 'matrix'; readonly matrix: Matrix }
  | { readonly kind: 'vector'; readonly vector: Vector };

/** What a step can read as activations: a tensor, or a constant of the model (which is `real`). */
export type Value = Tensor | Matrix;

/** One dispatch. */
export type Step = {
  readonly label: string;
  readonly kernel: KernelSource;
  /** The uniform at binding 0, as 32-bit words. */
  readonly uniform: Uint32Array<ArrayBuffer>;
  readonly operands: readonly Operand[];
  readonly workgroups: readonly [number, number, number];
  /** The operand that the kernel's `weights` are, if it has any. */
  readonly weights?: Matrix;
  /** Multiply–accumulates, for the card and for cutting submissions. */
  readonly macs: number;
  /** A tile is a submission of its own, so that no single one holds a slow GPU for long. */
  readonly beginsSubmission?: boolean;
};

/**
 * A network at one size as a list of dispatches over virtual tensors, before anything exists on a GPU.
 * What it takes in memory follows from it alone; see `buffer-plan.ts`.
 */
export class Program {
  readonly steps: Step[] = [];
  /** Values that have memory of their own: given before a run, or read after it. */
  readonly kept = new Set<Tensor>();
  /** Values that are not overwritten once their step has written them, until it does so again. */
  readonly lasting = new Set<Tensor>();
  /** Values in memory of somebody else, told when the network is opened. */
  readonly borrowed = new Set<Tensor>();
  #tensors = 0;

  /** A new value that lives from the step that writes it to the last that reads it. */
  tensor(elements: number, scalar: Scalar = 'real'): Tensor {
    return { id: this.#tensors++, elements, scalar };
  }

  /** A new value that lives from before the first step until after the last. */
  keptTensor(elements: number, scalar: Scalar): Tensor {
    const tensor = this.tensor(elements, scalar);
    this.kept.add(tensor);
    return tensor;
  }

  /** A new value that another network holds; this one reads it where it is. */
  borrowedTensor(elements: number, scalar: Scalar): Tensor {
    const tensor = this.tensor(elements, scalar);
    this.borrowed.add(tensor);
    return tensor;
  }

  /** Lets a value stay after the last step: to be read then, or by runs of later steps alone. */
  last(tensor: Tensor): void {
    this.lasting.add(tensor);
  }

  /** Appends a dispatch. */
  add(step: Step): void {
    this.steps.push(step);
  }

  /** Multiply–accumulates of all steps. */
  get macs(): number {
    return this.steps.reduce((sum, { macs }) => sum + macs, 0);
  }
}
