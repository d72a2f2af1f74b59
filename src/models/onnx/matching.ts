import { AppError } from '../../shared/errors.ts';
import type { Constants } from './constants.ts';
import type { GraphFlow } from './graph-flow.ts';
import type { OnnxNode } from './model-types.ts';
import { elementsOf } from './read-tensor.ts';
import { reshaped, type Weight } from './weight.ts';

/** A graph that is held against an architecture, from its result backwards. */
export class Matching {
  readonly flow: GraphFlow;
  readonly constants: Constants;

  constructor(flow: GraphFlow, constants: Constants) {
    this.flow = flow;
    this.constants = constants;
  }

  /** Whether two values are the same numbers, perhaps in another order or shape. */
  isSame(a: string, b: string): boolean {
    return this.flow.through(a) === this.flow.through(b);
  }

  /** A fixed value as a weight, with the shape that it has. */
  async weight(value: string): Promise<Weight> {
    const { constants } = this;
    return {
      shape: await constants.shapeOf(value),
      read: async () => new Float32Array((await constants.read(value)).values),
    };
  }

  /**
   * A weight of this shape, which copies for a batch of pictures may hide.
   * @param shape sides of 1 more or less do not matter.
   */
  async shaped(value: string, shape: readonly number[]): Promise<Weight> {
    const source = await this.weight(await this.#source(value, elementsOf(shape)));
    const wide = (sides: readonly number[]) => sides.filter((side) => side !== 1).join(' × ');
    if (wide(source.shape) !== wide(shape)) {
      throw notDdcolor(
        `a weight of ${wide(shape)} was looked for, and one of ${wide(source.shape)} was found`,
      );
    }
    return reshaped(source, shape);
  }

  /** A vector of channels, whatever sides of 1 it has. */
  async vector(value: string, length?: number): Promise<Weight> {
    return this.shaped(value, [length ?? elementsOf(await this.constants.shapeOf(value))]);
  }

  /** Of a value and of what it is a copy of: the one that has so many numbers. */
  async #source(value: string, count: number): Promise<string> {
    const kept = this.flow.kept(value);
    if (!this.flow.isFixed(kept)) throw this.missing('a weight', value);
    return elementsOf(await this.constants.shapeOf(kept)) === count ? kept : value;
  }

  /** Of an operator with two inputs that may be exchanged: the fixed one, and the other. */
  fixedOperand(node: OnnxNode): { fixed: string; other: string } | null {
    const [a, b] = node.inputs as [string, string];
    if (this.flow.isFixed(b)) return { fixed: b, other: a };
    return this.flow.isFixed(a) ? { fixed: a, other: b } : null;
  }

  /** What was found. @throws {AppError} {@link missing}. */
  need<T>(found: T | null, what: string, value: string): T {
    if (found !== null) return found;
    throw this.missing(what, value);
  }

  /** The error that says what was looked for, and what was found instead. */
  missing(what: string, value: string): AppError {
    return notDdcolor(`${what} was looked for, and ${this.#named(value)} was found`);
  }

  #named(value: string): string {
    const node = this.flow.maker(this.flow.through(value));
    if (node) return `the operator ${node.operator}`;
    return this.flow.isFixed(value) ? 'a weight' : 'the picture itself';
  }
}

/** The error of a model that is something else. */
export function notDdcolor(why: string): AppError {
  return new AppError(
    'model/incompatible',
    `This file is an ONNX model, but not a DDColor that can be read: ${why}.`,
  );
}
