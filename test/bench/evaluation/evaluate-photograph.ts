import type { Engine } from '../../../src/worker/client.ts';
import type { ColorizeWish, Look, PlanReport } from '../../../src/worker/protocol.ts';
import { chromaSsim } from './chroma-ssim.ts';
import type { ContactSheet } from './contact-sheet.ts';
import {
  colourfulness,
  deltaE2000,
  hueShares,
  labOf,
  meanAbDistance,
  meanOf,
  psnr,
  type HueShares,
} from './metrics.ts';
import type { PerceptualDistance } from './perceptual.ts';
import { decode, grayCopy, isColour, middleSquare, pngOf } from './pixels.ts';

/** How photographs are coloured and seen. */
export type EvaluationWish = {
  /** Side of the middle square that stands for the photograph; null for the photograph at its own size. */
  square: number | null;
  wish: ColorizeWish;
  look: Look;
};

/** How well a photograph's colours were found. */
export type Measures = {
  /** RGB, in dB. */
  psnr: number;
  chromaSsim: number;
  colourfulness: number;
  originalColourfulness: number;
  /** The result's less the original's. */
  colourfulnessDifference: number;
  /** Mean |Δab|, in Lab units. */
  abDistance: number;
  /** Mean CIEDE2000. */
  deltaE2000: number;
  /** Absent where no perceptual network was given. */
  perceptual?: number;
};

/** What can be said of a result whose photograph has no colours of its own. */
export type GrayMeasures = HueShares & { colourfulness: number };

/** One photograph, evaluated. */
export type Evaluated = {
  /** Of the compared pictures, in pixels. */
  width: number;
  height: number;
  plan: Pick<PlanReport, 'model' | 'backend' | 'variant' | 'size' | 'modelWidth' | 'modelHeight'>;
  measures: Measures | null;
  grayMeasures: GrayMeasures | null;
};

/**
 * Makes a photograph gray, has the engine colour and save it, and compares.
 * @throws {AppError} where the engine fails.
 */
export async function evaluatePhotograph(
  engine: Engine,
  file: Blob,
  name: string,
  { square, wish, look }: EvaluationWish,
  perceptual: PerceptualDistance | null,
  sheet: ContactSheet | null,
): Promise<Evaluated> {
  const whole = await decode(file);
  const original = square === null ? whole : middleSquare(whole, square);
  const { width, height } = original;
  const gray = grayCopy(original);
  const photograph = await engine.open(await pngOf(gray), name);
  try {
    const { plan } = await photograph.colorize(wish);
    const saved = await photograph.save({ format: 'png', quality: 1, look });
    const result = await decode(saved.blob);
    const isComparable = isColour(original);
    await sheet?.add(name, isComparable ? [gray, result, original] : [gray, result]);
    const { model, backend, variant, size, modelWidth, modelHeight } = plan;
    return {
      ...{ width, height, plan: { model, backend, variant, size, modelWidth, modelHeight } },
      measures: isComparable ? await compare(original, result, perceptual) : null,
      grayMeasures: isComparable ? null : measureGray(result),
    };
  } finally {
    await photograph.close();
  }
}

async function compare(
  { data: original, width }: ImageData,
  { data: result }: ImageData,
  perceptual: PerceptualDistance | null,
): Promise<Measures> {
  const [originalLab, resultLab] = [labOf(original), labOf(result)];
  const [found, own] = [colourfulness(result), colourfulness(original)];
  return {
    psnr: psnr(original, result),
    chromaSsim: chromaSsim(originalLab, resultLab, width),
    colourfulness: found,
    originalColourfulness: own,
    colourfulnessDifference: found - own,
    abDistance: meanAbDistance(originalLab, resultLab),
    deltaE2000: meanOf(deltaE2000(originalLab, resultLab)),
    ...(perceptual && { perceptual: await perceptual.between(original, result, width) }),
  };
}

function measureGray({ data }: ImageData): GrayMeasures {
  return { colourfulness: colourfulness(data), ...hueShares(labOf(data)) };
}
