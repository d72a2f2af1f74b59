import type { InferenceSession } from 'onnxruntime-web';
import { loadRuntime, type Ort } from '../../../src/runtime/onnxruntime.ts';
import type { Rgba } from './metrics.ts';

/** Mean and standard deviation of ImageNet's channels, which the network was trained with. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;
/** Features that are all but zero are not blown up: no length counts as less. */
const LEAST_LENGTH = 1e-3;

/** Features of one depth, `[1, channels, height, width]`. */
export type Features = { data: Float32Array; channels: number };

/**
 * A perceptual distance in the manner of LPIPS (Zhang et al. 2018, arXiv 1801.03924), without its learned
 * weights: both pictures go through a network that was trained to tell things apart; at each depth
 * the features of each place are brought to unit length, and the distance is
 *
 *     Σ over depths, mean over places, Σ over channels (f / ‖f‖ − g / ‖g‖)²
 *
 * with ‖f‖ of 0.001 at least. It ranges from 0 to 4 a depth, and is comparable only with distances by the
 * same network. The twin of `perceptual_distance` in models/training/perceptual.py.
 */
export class PerceptualDistance {
  readonly #ort: Ort;
  readonly #session: InferenceSession;

  private constructor(ort: Ort, session: InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  /** @param network ONNX with one input `[1, 3, height, width]`, ImageNet's colours, and features as outputs. */
  static async open(network: Uint8Array): Promise<PerceptualDistance> {
    const ort = await loadRuntime();
    const session = await ort.InferenceSession.create(network, {
      executionProviders: ['wasm'],
      // Each photograph has a size of its own.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    return new PerceptualDistance(ort, session);
  }

  /** Distance of two pictures of one size. */
  async between(one: Rgba, other: Rgba, width: number): Promise<number> {
    return featureDistance(await this.#features(one, width), await this.#features(other, width));
  }

  async #features(pixels: Rgba, width: number): Promise<Features[]> {
    const count = pixels.length / 4;
    const input = new Float32Array(3 * count);
    for (let i = 0; i < count; i++) {
      for (const c of [0, 1, 2] as const) {
        input[c * count + i] = (pixels[4 * i + c]! / 255 - MEAN[c]) / DEVIATION[c];
      }
    }
    const [name = ''] = this.#session.inputNames;
    const tensor = new this.#ort.Tensor('float32', input, [1, 3, count / width, width]);
    const found = Object.values(await this.#session.run({ [name]: tensor }));
    const features = found
      .filter(({ dims }) => dims.length === 4 && dims[2]! * dims[3]! > 1)
      .map(({ data, dims }) => ({ data: data as Float32Array, channels: dims[1]! }));
    if (features.length === 0) throw new Error('The perceptual network has no feature maps.');
    return features;
  }
}

/** The formula of {@link PerceptualDistance}, on features that are there. */
export function featureDistance(one: readonly Features[], other: readonly Features[]): number {
  return one.reduce((sum, features, depth) => sum + depthDistance(features, other[depth]!), 0);
}

function depthDistance({ data: f, channels }: Features, { data: g }: Features): number {
  const places = f.length / channels;
  let total = 0;
  const [squaresF, squaresG] = [new Float64Array(places), new Float64Array(places)];
  for (let i = 0; i < f.length; i++) {
    squaresF[i % places]! += f[i]! ** 2;
    squaresG[i % places]! += g[i]! ** 2;
  }
  const scaleOf = (squares: number) => 1 / Math.max(Math.sqrt(squares), LEAST_LENGTH);
  const [scaleF, scaleG] = [squaresF.map(scaleOf), squaresG.map(scaleOf)];
  for (let i = 0; i < f.length; i++) {
    const place = i % places;
    total += (f[i]! * scaleF[place]! - g[i]! * scaleG[place]!) ** 2;
  }
  return total / places;
}
