import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { ColorizeWish } from '../../../src/worker/protocol.ts';
import { Conveyor } from '../../../src/cli/conveyor.ts';
import { drawnPhotograph } from '../../bench/pages/drawn-photograph.ts';
import { FaultyEngine } from './faulty-engine.ts';

// A software adapter that passes for hardware: its network takes a second or more, all else far less.
const wish: ColorizeWish = { kind: 'auto', size: 128, device: 'webgpu', wantsPreview: false };
const look = { strength: 1, saturation: 1 };

// One for all, whose kernels are compiled once.
let faulty: FaultyEngine;
beforeAll(() => {
  faulty = new FaultyEngine();
});
afterAll(() => faulty.engine.terminate());

async function open(side: number): Promise<OpenPhotograph> {
  return faulty.engine.open(await drawnPhotograph(side, side, 'image/png'), 'scene.png');
}

function pixelsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
}

test('beside the network on a GPU another photograph is encoded, and another decoded', async () => {
  const [first, second] = [await open(1500), await open(64)];
  await first.colorize(wish);
  const events: string[] = [];
  const saving = first
    .save(
      { format: 'png', quality: 1, look },
      { onProgress: ({ stage }) => void events.push(stage) },
    )
    .then(() => events.push('saved'));
  const stages = ['read', 'infer', 'colours'];
  let opening: Promise<unknown> = Promise.resolve();
  await second.colorize(wish, {
    onProgress({ stage }) {
      if (stages.includes(stage)) events.push(stage);
      if (stage === 'infer') opening = open(300).then(() => events.push('opened'));
    },
  });
  await saving;
  await opening;
  const order = events.filter((event) => event !== 'upsample');
  expect(order.indexOf('read'), 'the run begins while the file is encoded').toBeLessThan(
    order.indexOf('saved'),
  );
  expect(order.indexOf('encode')).toBeLessThan(order.indexOf('read'));
  // The file may be ready before the network begins, or while it is at work.
  const decoded = order.filter((event) => ['infer', 'opened', 'colours'].includes(event));
  expect(decoded).toEqual(['infer', 'opened', 'colours']);
}, 120_000);

test('the command line reads the next file while one is in the network of a GPU', async () => {
  const file = await drawnPhotograph(64, 64, 'image/png');
  const events: string[] = [];
  const conveyor = new Conveyor(faulty.engine, ({ stage }) => void events.push(stage));
  const colorize = (name: string) =>
    conveyor.colorize({
      ...{ name, wish, look, format: 'png', quality: 1 },
      read: async () => {
        events.push(`read ${name}`);
        return file;
      },
      write: async () => void events.push(`write ${name}`),
    });
  await Promise.all([colorize('one'), colorize('two')]);
  const upTo = events.slice(0, events.indexOf('colours'));
  expect(upTo.filter((event) => /infer|one|two/.test(event))).toEqual([
    'read one',
    'infer',
    'read two',
  ]);
}, 120_000);

test('a view that fails on the GPU takes no device from the network that runs on it', async () => {
  const [viewed, coloured] = [await open(64), await open(64)];
  await viewed.colorize(wish);
  const region = { x: 0, y: 0, width: 64, height: 64 };
  const view = async () =>
    pixelsOf(await viewed.view({ of: 'coloured', region, width: 40, height: 40, look }));
  const before = await view();
  let drawn: ReturnType<typeof view> | null = null;
  const report = await coloured.colorize(wish, {
    onProgress({ stage }) {
      if (stage !== 'infer') return;
      // The network's work is submitted: what comes next is the view's.
      faulty.arm('validation-error');
      drawn = view();
    },
  });
  expect(report.attempts.map(({ error }) => error?.code)).toEqual([undefined]);
  const differences = (await drawn!).map((level, i) => Math.abs(level - before[i]!));
  expect(Math.max(...differences), 'painted by the processor').toBeLessThanOrEqual(2);
}, 120_000);
