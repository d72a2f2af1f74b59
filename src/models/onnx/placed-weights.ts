import { AppError } from '../../shared/errors.ts';
import type { GraphName } from '../card.ts';
import type { WeightTensor } from '../weights.ts';
import type { GraphWriter } from './graph-writer.ts';

/** What the graphs go by: which weights there are, and where each lies in the materialised file. */
export type PlacedWeight = Pick<WeightTensor, 'name' | 'graph' | 'shape' | 'materialised'>;

/** The weights of one graph, put into it when they are first used. */
export class PlacedWeights {
  readonly #tensors: ReadonlyMap<string, PlacedWeight>;
  readonly #used = new Set<string>();

  constructor(table: readonly PlacedWeight[], graph: GraphName) {
    const mine = table.filter((tensor) => tensor.graph === graph);
    this.#tensors = new Map(mine.map((tensor) => [tensor.name, tensor]));
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** Sides of a weight. @throws {AppError} `model/incompatible` where there is none of that name. */
  shapeOf(name: string): readonly number[] {
    return this.#found(name).shape;
  }

  /** A weight's name, for an operator's input. @throws {AppError} as {@link shapeOf}. */
  use(graph: GraphWriter, name: string): string {
    const { shape, materialised } = this.#found(name);
    if (!this.#used.has(name)) graph.external({ name, shape, ...materialised });
    this.#used.add(name);
    return name;
  }

  #found(name: string): PlacedWeight {
    const tensor = this.#tensors.get(name);
    if (tensor) return tensor;
    throw new AppError('model/incompatible', `The weights ${name} are missing.`);
  }
}
