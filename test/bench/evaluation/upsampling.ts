import { lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { PLAIN_LOOK } from '../../../src/image/colour/look.ts';
import { colourRows } from '../../../src/image/guided/colour-rows.ts';
import type { GuidedField } from '../../../src/image/guided/guided-field.ts';
import { mapToGrid } from '../../../src/image/guided/mapping.ts';
import type { Chroma, LightnessPlane } from '../../../src/image/photograph.ts';
import { shrinkLightness } from '../../../src/image/resize.ts';
import { guideOf } from '../../../src/pipelines/colorize/network-input.ts';
import { networkSize } from '../../../src/planner/network-size.ts';
import type { Painter } from '../../../src/runtime/painter.ts';
import type { Engine } from '../../../src/worker/client.ts';
import type { ColorizeWish } from '../../../src/worker/protocol.ts';
import { deltaE2000, labOf, meanOf, psnr, type LabPlanes } from './metrics.ts';
import { decode, grayCopy, pngOf } from './pixels.ts';

/** Pixels count as edges whose lightness gradient is above this share of all. */
const EDGE_QUANTILE = 0.9;
/** How a or b is kept while it is averaged as lightness is: steps of 1/256 Lab unit. */
const [AB_STEPS, AB_OFFSET] = [256, 128];

/** Ways to bring small ab planes to a photograph's size. `nearest` is what the official code does. */
export const WAYS = ['nearest', 'bilinear', 'guided'] as const;
export type Way = (typeof WAYS)[number];

/** Against the photograph's own colours; edges are the tenth of pixels with the steepest lightness. */
export type UpsamplingError = { deltaE2000AtEdges: number; deltaE2000: number; psnr: number };

/** Whose ab are brought up: the photograph's own, averaged over each cell, or the network's. */
export type AbSource = 'ideal' | 'network';

export type UpsamplingRow = { source: AbSource; size: number } & Record<Way, UpsamplingError>;

/**
 * What is lost by each way of bringing ab up from a network's size to the photograph's own. A size that does
 * not shrink the photograph is left out.
 * @param sizes sides of the squares whose area the network sees
 * @throws {AppError} where the engine fails.
 */
export async function compareUpsampling(
  engine: Engine,
  painter: Painter,
  file: Blob,
  name: string,
  sizes: readonly number[],
  device: ColorizeWish['device'],
): Promise<UpsamplingRow[]> {
  const original = await decode(file);
  const gray = grayCopy(original);
  const lab = labOf(original.data);
  // Of the photograph itself, not of its gray copy: what is measured is ab alone.
  const lightness = lightnessOf(original);
  const edges = edgesOf(lab.l, original.width);
  const rows: UpsamplingRow[] = [];
  const photograph = await engine.open(await pngOf(gray), name);
  try {
    for (const size of sizes.filter((side) => side ** 2 < original.width * original.height)) {
      const wish: ColorizeWish = { kind: 'auto', size, device, wantsPreview: false };
      const { id } = photograph.info;
      const { chroma: found } = await engine
        .begin()
        .job({}, (remote, job, listen) =>
          remote.colorize(job, id, wish, { failed: [], isGpuLeftOut: false }, listen),
        );
      const guide = guideOf(lightness, found.width, found.height);
      const network = { width: found.width, height: found.height, ab: found.ab, guide };
      for (const [source, chroma] of [
        ['ideal', idealChroma(lab, lightness, size)],
        ['network', network],
      ] as const) {
        const errors = {} as Record<Way, UpsamplingError>;
        for (const way of WAYS) {
          const drawn = await draw(way, chroma, lightness, painter);
          const differences = deltaE2000(lab, labOf(drawn));
          errors[way] = {
            deltaE2000AtEdges: meanOf(differences, edges),
            deltaE2000: meanOf(differences),
            psnr: psnr(original.data, drawn),
          };
        }
        rows.push({ source, size, ...errors });
      }
    }
    return rows;
  } finally {
    await photograph.close();
  }
}

/** The picture at the photograph's size; all ways end in the same reduction to what sRGB can show. */
async function draw(way: Way, chroma: Chroma, lightness: LightnessPlane, painter: Painter) {
  const { width, height, data } = lightness;
  const rows = { width, height, lightness: data };
  const whole = { x: 0, y: 0, width, height };
  const mapping = mapToGrid(chroma, lightness, whole, width, height);
  if (way !== 'guided') {
    const field = flatField(chroma);
    if (way === 'bilinear') return colourRows(field, rows, mapping, PLAIN_LOOK);
    const spread = nearestField(field, width, height);
    return colourRows(spread, rows, mapToGrid(spread, lightness, whole, width, height), PLAIN_LOOK);
  }
  const field = await painter.fit(chroma, lightness);
  try {
    return await painter.paint(field, rows, mapping, PLAIN_LOOK);
  } finally {
    field.dispose();
  }
}

/** A field that is each cell's own colour, whatever the lightness. */
function flatField({ width, height, ab }: Chroma): GuidedField {
  const cells = width * height;
  const coefficients = new Float32Array(4 * cells);
  for (let i = 0; i < cells; i++) {
    coefficients[4 * i + 1] = ab[i]!;
    coefficients[4 * i + 3] = ab[cells + i]!;
  }
  return { width, height, coefficients };
}

/** The field at every pixel of a picture, by the cell that the pixel's centre is in. */
function nearestField(field: GuidedField, width: number, height: number): GuidedField {
  const coefficients = new Float32Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * field.height) / height) * field.width;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor(((x + 0.5) * field.width) / width);
      const found = field.coefficients.subarray(4 * cell, 4 * cell + 4);
      coefficients.set(found, 4 * (y * width + x));
    }
  }
  return { width, height, coefficients };
}

/** A photograph's own ab on the network's grid. */
function idealChroma(lab: LabPlanes, lightness: LightnessPlane, size: number): Chroma {
  const { width, height } = lightness;
  const { contentWidth, contentHeight } = networkSize(width, height, size);
  const whole = { x: 0, y: 0, width, height };
  const planes = [lab.a, lab.b].map((plane) => {
    const data = Uint16Array.from(plane, (value) => Math.round((value + AB_OFFSET) * AB_STEPS));
    const small = shrinkLightness({ width, height, data }, whole, contentWidth, contentHeight);
    return Float32Array.from(small, (value) => value / AB_STEPS - AB_OFFSET);
  });
  const ab = new Float32Array(2 * contentWidth * contentHeight);
  for (const [i, plane] of planes.entries()) ab.set(plane, i * plane.length);
  const guide = guideOf(lightness, contentWidth, contentHeight);
  return { width: contentWidth, height: contentHeight, ab, guide };
}

function lightnessOf({ width, height, data }: ImageData): LightnessPlane {
  const levels = Uint16Array.from({ length: width * height }, (_, i) =>
    lightnessOfRgb8(data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!),
  );
  return { width, height, data: levels };
}

/** Where L* is steepest: its central differences, in the top tenth of the photograph. */
export function edgesOf(l: Float32Array, width: number): boolean[] {
  const height = l.length / width;
  const steepness = Float32Array.from(l, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
    const [up, down] = [Math.max(y - 1, 0), Math.min(y + 1, height - 1)];
    const dx = (l[y * width + right]! - l[y * width + left]!) / Math.max(right - left, 1);
    const dy = (l[down * width + x]! - l[up * width + x]!) / Math.max(down - up, 1);
    return Math.hypot(dx, dy);
  });
  const limit = steepness.toSorted()[Math.floor(EDGE_QUANTILE * l.length)]!;
  return Array.from(steepness, (value) => value >= limit && value > 0);
}
