import { afterEach, beforeEach, expect, test } from 'vitest';
import { Conveyor, type FileOrder } from '../../../src/cli/conveyor.ts';
import { Engine } from '../../../src/worker/client.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';

// The real engine, in a real worker, on wasm.
let engine: Engine;
let conveyor: Conveyor;
let events: string[];
beforeEach(() => {
  const url = new URL('../worker/random-engine.worker.ts', import.meta.url);
  engine = new Engine(() => new Worker(url, { type: 'module' }));
  conveyor = new Conveyor(engine);
  events = [];
});
afterEach(() => engine.terminate());

function order(name: string, file: Blob): FileOrder {
  return {
    name,
    read: async () => {
      events.push(`read ${name}`);
      return file;
    },
    write: async () => void events.push(`write ${name}`),
    wish: { kind: 'auto', size: 64, device: 'wasm', wantsPreview: false },
    look: { strength: 1, saturation: 1 },
    format: 'png',
    quality: 1,
  };
}

test('photographs keep their order, three at once at most, and a bad one fails alone', async () => {
  const scene = await drawnPhotograph(300, 200, 'image/png');
  const names = ['one', 'two', 'three', 'four', 'five'];
  const ended = names.map((name) =>
    conveyor.colorize(order(name, name === 'two' ? new Blob(['A letter.']) : scene)).then(
      ({ saved }) => events.push(`end ${name}`) && saved.width,
      (error: { code?: string }) => events.push(`end ${name}`) && error.code,
    ),
  );
  expect(await Promise.all(ended)).toEqual([300, 'input/unsupported-format', 300, 300, 300]);
  const of = (verb: string) => events.filter((event) => event.startsWith(verb));
  expect(of('read')).toEqual(names.map((name) => `read ${name}`));
  expect(of('write')).toEqual(['write one', 'write three', 'write four', 'write five']);
  let underWay = 0;
  const most = events.map(
    (event) => (underWay += ['end', 0, 'read'].indexOf(event.split(' ')[0]!) - 1),
  );
  expect(Math.max(...most)).toBeGreaterThan(1);
  expect(Math.max(...most)).toBeLessThanOrEqual(3);
}, 60_000);

test('nothing is opened beside a photograph that is large', async () => {
  const large = order('large', await drawnPhotograph(6000, 5400, 'image/png'));
  const small = order('small', await drawnPhotograph(300, 200, 'image/png'));
  await Promise.all([conveyor.colorize(large), conveyor.colorize(small)]);
  expect(events).toEqual(['read large', 'write large', 'read small', 'write small']);
}, 120_000);
