import { expect, test } from 'vitest';
import type { Place } from '../../../src/pipelines/colorize/place.ts';
import { Pool } from '../../../src/runtime/pool.ts';
import { makeRoom } from '../../../src/worker/make-room.ts';

const MIB = 2 ** 20;

/** Makes room on a GPU where fields of other photographs hold so many bytes. */
function roomBeside(pictures: number, peakBytes: number, budgetBytes: number) {
  const live = { pictures };
  const place = { backend: 'webgpu', pool: new Pool(0), gpu: { ledger: { live } } };
  const dropColourings = () => (live.pictures = 0);
  makeRoom(place as unknown as Place, { dropColourings }, peakBytes, budgetBytes);
  return { pictures: live.pictures, capBytes: place.pool.capBytes };
}

test('fields stay where the run fits beside them, and what is kept leaves room for both', () => {
  expect(roomBeside(100 * MIB, 200 * MIB, 300 * MIB)).toEqual({
    pictures: 100 * MIB,
    capBytes: 168 * MIB,
  });
});

test('fields give way to a run that does not fit beside them', () => {
  expect(roomBeside(101 * MIB, 200 * MIB, 300 * MIB)).toEqual({ pictures: 0, capBytes: 268 * MIB });
});

test('on the processor the budget is the pool’s', () => {
  const place = { backend: 'wasm', pool: new Pool(0) };
  const dropColourings = () => expect.fail('They are not on wasm.');
  makeRoom(place as unknown as Place, { dropColourings }, 500 * MIB, 300 * MIB);
  expect(place.pool.capBytes).toBe(268 * MIB);
});
