import type { RecolourSizes } from '../../models/recolour-card.ts';
import type { WeightShapes } from '../../models/stored-tensor.ts';
import { ModuleWeights, type ProductWeights } from '../../runtime/network/module-weights.ts';
import { AppError } from '../../shared/errors.ts';

/** Planes besides the features that `condition` takes: a and b of the answer, lightness, and three of hints. */
export const OFFERED_PLANES = 6;
/** Of these the answer's, which are unknown where the features are. */
export const ANSWER_PLANES = 2;

/** A head's weights as its dispatches want them, by the names of `models/recolour/architecture.py`. */
export class RecolourWeights extends ModuleWeights {
  readonly sizes: RecolourSizes;

  /** @throws {AppError} `model/incompatible` where the table is not of the sizes that the card says. */
  constructor(shapes: WeightShapes, sizes: RecolourSizes) {
    super(shapes);
    this.sizes = sizes;
    const { features, dims, embedding } = sizes;
    const expected = new Map([
      ['condition.stem.weight', [dims[0], features + OFFERED_PLANES, 3, 3]],
      ['velocity.stem.weight', [dims[0], 2, 3, 3]],
      ['velocity.embed.0.weight', [embedding, embedding]],
      ['velocity.out.weight', [2, dims[0], 3, 3]],
    ]);
    for (const [name, shape] of expected) {
      if (shapes.has(name) && shapes.shapeOf(name).shape.join() === shape.join()) continue;
      throw new AppError(
        'model/incompatible',
        `The weights ${name} are not those of a model for several colourings of the sizes on its card.`,
      );
    }
  }

  /** Blocks of `velocity` in the order of their time's vectors. */
  get timedBlocks(): { name: string; channels: number }[] {
    const { dims, depths } = this.sizes;
    const at = (place: string, level: number) =>
      Array.from({ length: depths[level]! }, (_, i) => ({
        name: `velocity.${place}.${i}`,
        channels: dims[level]!,
      }));
    return [
      ...at('before.0', 0),
      ...at('before.1', 1),
      ...at('middle', 2),
      ...at('after.1', 1),
      ...at('after.0', 0),
    ];
  }

  /** What the time says to each block, side by side: scale, shift and gate. */
  get times(): ProductWeights {
    return this.joined(
      'velocity.times',
      this.timedBlocks.map(({ name }) => `${name}.time`),
    );
  }

  /** The first convolution of `condition` where features and answer are known. */
  get stem(): ProductWeights {
    return this.convolution('condition.stem');
  }

  /** The same where they are not: their channels are zero, and a vector says so. */
  get stemUnknown(): ProductWeights {
    const { features } = this.sizes;
    return this.convolution('condition.stem', {
      inputs: { from: features + ANSWER_PLANES, to: features + OFFERED_PLANES },
      added: 'condition.absent',
    });
  }

  /** The last convolution of `velocity`: two channels, and two of zeros. */
  get out(): ProductWeights {
    return this.convolution('velocity.out', { isPadded: true });
  }
}
