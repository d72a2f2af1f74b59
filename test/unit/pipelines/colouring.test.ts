import { expect, test } from 'vitest';
import { colouringOf } from '../../../src/pipelines/colorize/colouring.ts';
import type { Painter, PaintField } from '../../../src/runtime/painter.ts';

function watchedField() {
  const freed: string[] = [];
  const field: PaintField = { width: 1, height: 1, dispose: () => freed.push('freed') };
  const painter: Painter = {
    fit: () => Promise.resolve(field),
    paint: () => Promise.resolve(new Uint8ClampedArray(4)),
  };
  return { colouring: colouringOf(painter, field), freed };
}

test('a colouring that is replaced while it is drawn is freed when the drawing has ended', async () => {
  const { colouring, freed } = watchedField();
  let finish = () => {};
  const drawn = new Promise<void>((resolve) => (finish = resolve));
  const drawing = colouring.use(() => drawn);
  colouring.dispose();
  expect(freed).toEqual([]);
  finish();
  await drawing;
  expect(freed).toEqual(['freed']);
});

test('a drawing that fails lets go too, and disposing twice frees once', async () => {
  const { colouring, freed } = watchedField();
  await expect(colouring.use(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  colouring.dispose();
  colouring.dispose();
  expect(freed).toEqual(['freed']);
});
