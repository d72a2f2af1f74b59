import type { Mask } from '../../../../src/image/mask/mask.ts';
import type { LightnessPlane } from '../../../../src/image/photograph.ts';
import type { OpenRestorer } from '../../../../src/pipelines/repair/repair-run.ts';

/** A gray scene: slopes, waves and edges. */
export function drawnPlane(width: number, height: number): LightnessPlane {
  const data = new Uint16Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const wave = Math.sin(x / 19) * Math.cos(y / 23) + (x + y > width ? 0.6 : 0);
      data[i] = 26000 + 9000 * wave + (8000 * x) / width;
    }
  }
  return { width, height, data };
}

/** A tear from corner to corner, and specks. */
export function drawnMask(width: number, height: number, half = 4): Mask {
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const middle = (y * width) / height + 12 * Math.sin(y / 15);
    for (let x = 0; x < width; x++) {
      const isTear = Math.abs(x - middle) < half;
      if (isTear || (x % 61 < 2 && y % 47 < 3)) data[y * width + x] = 1;
    }
  }
  return { width, height, data };
}

/**
 * A restorer by arithmetic: the mean of all that a tile knows, so that neighbours disagree as networks do, drawn
 * towards the guess that it is given.
 * @param trust in the guess, 0–1.
 */
export function openMeans(trust: number): OpenRestorer {
  return ({ width, height }) =>
    Promise.resolve({
      value: { width, height, run: (planes) => Promise.resolve(means(planes, trust)) },
      release: () => undefined,
    });
}

function means(planes: Float32Array, trust: number): Float32Array {
  const area = planes.length / 4;
  const [noisy, gray, mask] = [0, 1, 2].map((i) => planes.subarray(i * area, (i + 1) * area));
  let [sum, count] = [0, 0];
  for (let i = 0; i < area; i++) {
    if (mask![i] === 1) continue;
    sum += gray![i]!;
    count++;
  }
  return noisy!.map((value) => ((1 - trust) * sum) / Math.max(1, count) + trust * value);
}
