import { expect, test } from 'vitest';
import { inLanes } from '../../../scripts/in-lanes.mjs';

type Step = { name: string; after?: string[]; takes: number };

/** Runs steps that end in the order of what they take; tells what began and ended, in order. */
async function eventsOf(steps: Step[], lanes: number): Promise<string[]> {
  const events: string[] = [];
  const ends: { at: number; end: () => void }[] = [];
  let now = 0;
  const done = inLanes(steps, lanes, ({ name, takes }) => {
    events.push(`+${name}`);
    return new Promise((resolve) => {
      const end = () => {
        events.push(`-${name}`);
        resolve();
      };
      ends.push({ at: now + takes, end });
    });
  });
  for (;;) {
    ends.sort((a, b) => b.at - a.at);
    const next = ends.pop();
    if (!next) break;
    now = next.at;
    next.end();
    // Those that may begin now do so before the next one ends.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  return events;
}

test('the first step that may begin takes the lane that is free', async () => {
  const steps = [
    { name: 'build', takes: 2 },
    { name: 'e2e', after: ['build'], takes: 9 },
    { name: 'format', takes: 1 },
    { name: 'lint', takes: 3 },
    { name: 'unit', takes: 2 },
  ];
  const order = '+build +format -format +lint -build +e2e -lint +unit -unit -e2e';
  expect((await eventsOf(steps, 2)).join(' ')).toBe(order);
});

test('one lane takes one after another, and nobody waits for a step that is not wanted', async () => {
  const steps = [
    { name: 'e2e', after: ['build'], takes: 2 },
    { name: 'size', after: ['build'], takes: 1 },
  ];
  expect(await eventsOf(steps, 1)).toEqual(['+e2e', '-e2e', '+size', '-size']);
});

test('steps that wait for each other are told, and do not wait for ever', async () => {
  const steps = [
    { name: 'a', after: ['b'], takes: 1 },
    { name: 'b', after: ['a'], takes: 1 },
  ];
  await expect(inLanes(steps, 2, async () => {})).rejects.toThrow('wait for each other: a, b');
});
