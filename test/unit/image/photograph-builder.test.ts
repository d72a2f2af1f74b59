import { describe, expect, it } from 'vitest';
import { abOfRgb8, lightnessOfGray8, lightnessOfRgb8 } from '../../../src/image/colour/lab.ts';
import { PhotographBuilder, stripeRows } from '../../../src/image/decode/photograph-builder.ts';
import { LIGHTNESS_MAX } from '../../../src/image/photograph.ts';
import { drawScene, grayOf, SCENE_COLOURS } from '../../support/draw-scene.ts';

const UPRIGHT = { rotation: 0, isNegative: false } as const;

function build(
  rgba: Uint8ClampedArray | Uint16Array,
  width: number,
  options: ConstructorParameters<typeof PhotographBuilder>[2] = UPRIGHT,
) {
  const height = rgba.length / 4 / width;
  const builder = new PhotographBuilder(width, height, options);
  const rows = Math.min(height, 7);
  for (let y = 0; y < height; y += rows) {
    builder.add(y, rgba.slice(y * width * 4, (y + rows) * width * 4));
  }
  return builder.finish();
}

describe('PhotographBuilder', () => {
  it('takes lightness from gray levels, and sees that gray is no colour', () => {
    const gray = grayOf(drawScene(60, 40));
    const { photograph, isColour } = build(gray, 60);
    expect(isColour).toBe(false);
    expect(photograph.ownChroma).toBeNull();
    expect(photograph.alpha).toBeNull();
    photograph.lightness.data.forEach((value, i) =>
      expect(value).toBe(lightnessOfGray8[gray[4 * i]!]),
    );
  });

  it('takes JPEG noise for gray, and a small coloured patch for colour', () => {
    const noisy = grayOf(drawScene(100, 100));
    for (let i = 0; i < noisy.length; i += 4) noisy[i + 2] = Math.max(0, noisy[i + 2]! - 6);
    expect(build(noisy, 100).isColour).toBe(false);
    for (let pixel = 0; pixel < 11; pixel++) noisy.set([200, 30, 30], pixel * 4);
    expect(build(noisy, 100).isColour).toBe(true);
    expect(build(noisy, 100).photograph.ownChroma).not.toBeNull();
  });

  it('takes the lightness of every colour within a unit, and of every gray exactly', () => {
    const rgba = new Uint8ClampedArray(4 * 52 ** 3).fill(255);
    for (let i = 0; i < 52 ** 3; i++) {
      rgba.set([(i % 52) * 5, (Math.floor(i / 52) % 52) * 5, Math.floor(i / 2704) * 5], 4 * i);
    }
    let worst = 0;
    build(rgba, 2704).photograph.lightness.data.forEach((value, i) => {
      const exact = lightnessOfRgb8(rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!);
      worst = Math.max(worst, Math.abs(value - exact));
    });
    expect(worst).toBeLessThanOrEqual(1);
    const grays = Uint8ClampedArray.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2));
    expect(build(grays, 256).photograph.lightness.data).toEqual(lightnessOfGray8);
  });

  it('keeps own colours pixel by pixel where the picture is small', () => {
    const rgba = drawScene(48, 32);
    const { photograph } = build(rgba, 48);
    const { width, height, ab, guide } = photograph.ownChroma!;
    expect([width, height]).toEqual([48, 32]);
    for (let i = 0; i < 48 * 32; i++) {
      const [r, g, b] = [rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!];
      const [a, bb] = abOfRgb8(r, g, b);
      expect(ab[i]).toBeCloseTo(a, 3);
      expect(ab[48 * 32 + i]).toBeCloseTo(bb, 3);
      expect(guide[i]).toBeCloseTo((lightnessOfRgb8(r, g, b) / LIGHTNESS_MAX) * 100, 2);
    }
  });

  it('keeps own colours on a grid of at most 1024 where it is large', () => {
    const [width, height] = [2500, 400];
    const rgba = new Uint8ClampedArray(width * height * 4);
    const [left, right] = [SCENE_COLOURS.brick, SCENE_COLOURS.grass];
    for (let i = 0; i < width * height; i++) {
      rgba.set([...(i % width < width / 2 ? left : right), 255], 4 * i);
    }
    const chroma = build(rgba, width).photograph.ownChroma!;
    expect([chroma.width, chroma.height]).toEqual([1024, 164]);
    const cells = chroma.width * chroma.height;
    const at = (x: number, y: number) => {
      const cell = y * chroma.width + x;
      return [chroma.ab[cell]!, chroma.ab[cells + cell]!];
    };
    for (const y of [0, 80, 163]) {
      abOfRgb8(...left).forEach((value, i) => expect(at(511, y)[i]).toBeCloseTo(value, 3));
      abOfRgb8(...right).forEach((value, i) => expect(at(512, y)[i]).toBeCloseTo(value, 3));
    }
  });

  it('inverts before it takes lightness', () => {
    const rgba = Uint8ClampedArray.of(10, 10, 10, 255, 0, 128, 255, 255);
    const { lightness } = build(rgba, 2, { rotation: 0, isNegative: true }).photograph;
    expect([...lightness.data]).toEqual([lightnessOfGray8[245], lightnessOfRgb8(255, 127, 0)]);
  });

  it('turns lightness, alpha and colours together', () => {
    const rgba = Uint8ClampedArray.of(200, 40, 40, 255, 40, 200, 40, 10, 40, 40, 200, 20);
    const upright = build(rgba, 3).photograph;
    const turned = build(rgba, 3, { rotation: 180, isNegative: false }).photograph;
    const sideways = build(rgba, 3, { rotation: 90, isNegative: false }).photograph;
    expect([...turned.lightness.data]).toEqual([...upright.lightness.data].toReversed());
    expect([...turned.alpha!]).toEqual([20, 10, 255]);
    const a = (values: Float32Array) => [...values.subarray(0, 3)];
    expect(a(turned.ownChroma!.ab)).toEqual(a(upright.ownChroma!.ab).toReversed());
    const b = (values: Float32Array) => [...values.subarray(3)];
    expect(b(turned.ownChroma!.ab)).toEqual(b(upright.ownChroma!.ab).toReversed());
    expect([...turned.ownChroma!.guide]).toEqual([...upright.ownChroma!.guide].toReversed());
    expect(sideways.lightness).toMatchObject({ width: 1, height: 3 });
    expect(sideways.ownChroma).toMatchObject({ width: 1, height: 3 });
    expect([...sideways.alpha!]).toEqual([255, 10, 20]);
  });

  it('keeps alpha from the first pixel on where only the last is transparent', () => {
    const rgba = new Uint8ClampedArray(4 * 5 * 20).fill(255);
    rgba[rgba.length - 1] = 7;
    const { alpha } = build(rgba, 5).photograph;
    expect([...new Set(alpha)]).toEqual([255, 7]);
    expect(alpha!.at(-1)).toBe(7);
  });

  it('keeps 16 bits apart that 8 bits would join', () => {
    const rgba = Uint16Array.of(30_000, 30_000, 30_000, 65_535, 30_040, 30_040, 30_040, 65_535);
    const [first, second] = build(rgba, 2).photograph.lightness.data;
    expect(second! - first!).toBeGreaterThan(20);
    const same = Uint16Array.of(77 * 257, 77 * 257, 77 * 257, 65_535);
    expect(build(same, 1).photograph.lightness.data[0]).toBe(lightnessOfGray8[77]);
    const blue = Uint16Array.of(0, 0, 65_535, 65_535);
    const { photograph, isColour } = build(blue, 1);
    expect(isColour).toBe(true);
    expect(photograph.lightness.data[0]).toBe(lightnessOfRgb8(0, 0, 255));
    expect(photograph.ownChroma!.ab[1]).toBeCloseTo(abOfRgb8(0, 0, 255)[1], 3);
  });

  it('says so where there is no memory for a picture', () => {
    const enormous = () => new PhotographBuilder(2 ** 30, 2 ** 30, UPRIGHT);
    expect(enormous).toThrow(/too little free memory/);
  });

  it('has at least a row a stripe', () => {
    expect(stripeRows(5_000_000)).toBe(1);
    expect(stripeRows(6000) * 6000).toBeLessThanOrEqual(2 * 1024 * 1024);
  });
});
