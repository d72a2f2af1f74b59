import { expect, test } from 'vitest';
import { ContactSheet } from '../../bench/evaluation/contact-sheet.ts';
import { decode, grayCopy, isColour, middleSquare, pngOf } from '../../bench/evaluation/pixels.ts';
import { drawScene } from '../../support/draw-scene.ts';

function scene(width: number, height: number): ImageData {
  return new ImageData(drawScene(width, height), width, height);
}

test('pixels come through a file as they were', async () => {
  const drawn = scene(40, 30);
  expect((await decode(await pngOf(drawn))).data).toEqual(drawn.data);
});

test('the middle square is cut out, and averaged where it shrinks', () => {
  const wide = scene(48, 16);
  const square = middleSquare(wide, 16);
  for (const [x, y] of [
    [0, 0],
    [15, 9],
  ] as const) {
    const [from, to] = [4 * (y * 48 + x + 16), 4 * (y * 16 + x)];
    expect([...square.data.subarray(to, to + 4)]).toEqual([...wide.data.subarray(from, from + 4)]);
  }
  const halves = new ImageData(4, 4);
  halves.data.fill(255);
  for (let i = 0; i < 64; i += 8) halves.data.fill(55, i, i + 3);
  expect(middleSquare(halves, 2).data).toEqual(
    Uint8ClampedArray.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 255 : 155)),
  );
});

test('a gray copy has no colours, and its original has', () => {
  const drawn = scene(120, 90);
  expect(isColour(drawn)).toBe(true);
  expect(isColour(grayCopy(drawn))).toBe(false);
});

test('a contact sheet holds what was added, in as many lines as it takes', async () => {
  const sheet = new ContactSheet();
  const drawn = scene(300, 200);
  for (const name of ['one', 'two', 'three']) await sheet.add(name, [grayCopy(drawn), drawn]);
  const bitmap = await createImageBitmap(await sheet.draw('image/png'));
  // Two strips of 2 × 420 pixels to a line of 1800, each line 280 and its caption high.
  expect(bitmap.width).toBe(1800);
  expect(Math.floor(bitmap.height / 280)).toBe(2);
});
