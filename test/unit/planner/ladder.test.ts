import { describe, expect, test } from 'vitest';
import { FAILURES } from '../../../src/planner/failures.ts';
import { Ladder } from '../../../src/planner/ladder.ts';
import type { Plan, Wish } from '../../../src/planner/plan.ts';
import { profileOf, type MachineFacts } from '../../../src/planner/profile.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/shared/errors.ts';
import { cardOf, DESKTOP, machine, PHONE } from './machines.ts';

const cards = [cardOf('heavy'), cardOf('light', 0.25)];
const square = { width: 1000, height: 1000 };
const auto: Wish = { kind: 'auto', size: 'auto' };

const ladderOn = (facts: MachineFacts, wish = auto, given = cards) =>
  new Ladder(profileOf(facts, 'auto'), given, square, wish);

/** Every plan of a run that always fails with one code, the first included. */
function rungs(ladder: Ladder, code: ErrorCode): Plan[] {
  const plans = [ladder.plan];
  for (let next = ladder.fail({ code }); next; next = ladder.fail({ code })) plans.push(next);
  return plans;
}

const told = ({ backend, model, variant, size, tileRows }: Plan) =>
  `${backend} ${model} ${variant} ${size} ${tileRows}`;

describe('short of memory', () => {
  test('size, variant, smaller model, processor: each where it takes less', () => {
    expect(rungs(ladderOn(DESKTOP), 'gpu/out-of-memory').map(told)).toEqual([
      'webgpu heavy int8 512 512',
      'webgpu heavy int8 384 384',
      'webgpu heavy int8 256 256',
      'webgpu heavy int8 128 128',
      'webgpu heavy int8-fp16 128 128',
      'webgpu light int8-fp16 384 128',
      'webgpu light int8-fp16 256 128',
      'webgpu light int8-fp16 128 128',
      'wasm heavy fp32 512 512',
      'wasm heavy fp32 384 384',
      'wasm heavy fp32 256 256',
      'wasm heavy fp32 128 128',
      'wasm light fp32 512 512',
      'wasm light fp32 384 384',
      'wasm light fp32 256 256',
      'wasm light fp32 128 128',
    ]);
  });

  test('a plan that is tiled already goes to the next size', () => {
    const slow = { ...profileOf(DESKTOP, 'auto'), isSlow: true };
    const ladder = new Ladder(slow, cards, square, auto);
    expect(ladder.plan.tileRows).toBe(128);
    expect(ladder.fail({ code: 'gpu/out-of-memory' })).toMatchObject({ size: 384, tileRows: 128 });
  });

  test('tiles do not help against it: the peak is the encoder’s', () => {
    const codes = ['gpu/out-of-memory', 'memory/exhausted', 'worker/crashed', 'gpu/limit'] as const;
    for (const code of codes) {
      expect(ladderOn(DESKTOP).fail({ code }), code).toMatchObject({ size: 384, variant: 'int8' });
    }
  });
});

describe('output that is no picture, and refused programs', () => {
  test.each(['output/implausible', 'gpu/failed'] as const)(
    '%s: wider weights, then the processor, then no further',
    (code) => {
      const wish: Wish = { kind: 'auto', size: 384 };
      expect(rungs(ladderOn(DESKTOP, wish), code).map(told)).toEqual([
        'webgpu heavy int8 384 384',
        'webgpu heavy fp32 384 384',
        'wasm heavy fp32 384 384',
      ]);
    },
  );

  test('away from half precision where only that fits', () => {
    const tight = { ...profileOf(DESKTOP, 'auto'), budgetBytes: 500e6 };
    const wish: Wish = { kind: 'auto', size: 512 };
    const ladder = new Ladder(tight, cards, square, wish);
    expect(ladder.plan).toMatchObject({ variant: 'int8-fp16', size: 512 });
    const next = ladder.fail({ code: 'output/implausible' });
    expect(next).toMatchObject({ backend: 'webgpu', variant: 'int8', size: 256 });
  });

  test('a variant that was asked for is not left but for the processor', () => {
    const wish: Wish = { kind: 'auto', size: 256, variant: 'fp16' };
    expect(rungs(ladderOn(DESKTOP, wish), 'gpu/failed').map(told)).toEqual([
      'webgpu heavy fp16 256 256',
      'wasm heavy fp32 256 256',
    ]);
  });
});

test.each(['gpu/device-lost', 'gpu/stalled'] as const)(
  '%s: one step smaller, the second time the processor',
  (code) => {
    const [first, second, third] = rungs(ladderOn(DESKTOP), code);
    expect(first).toMatchObject({ backend: 'webgpu', size: 512 });
    expect(second).toMatchObject({ backend: 'webgpu', size: 384 });
    expect(third).toMatchObject({ backend: 'wasm' });
  },
);

test('a worker that dies again and again is given less, and then the processor', () => {
  expect(rungs(ladderOn(DESKTOP), 'worker/crashed').slice(0, 5).map(told)).toEqual([
    'webgpu heavy int8 512 512',
    'webgpu heavy int8 384 384',
    'webgpu heavy int8 256 256',
    'webgpu heavy int8 128 128',
    'wasm heavy fp32 512 512',
  ]);
});

test('an adapter that vanished leaves the processor only', () => {
  expect(ladderOn(DESKTOP).fail({ code: 'gpu/unavailable' })).toMatchObject({ backend: 'wasm' });
  expect(ladderOn(machine(null)).fail({ code: 'gpu/unavailable' })).toBeNull();
});

test('failures that no rung helps against end at once', () => {
  for (const code of ERROR_CODES.filter((code) => !FAILURES[code])) {
    expect(ladderOn(DESKTOP).fail({ code }), code).toBeNull();
  }
  expect(FAILURES['job/aborted']).toBeUndefined();
  expect(FAILURES['store/denied']).toBeUndefined();
});

test('a smaller model that cannot be had is passed over, on the GPU and on the processor', () => {
  const three = [...cards, cardOf('lightest', 0.1)];
  const ladder = ladderOn(DESKTOP, { kind: 'auto', size: 128 }, three);
  while (ladder.plan.model === 'heavy') ladder.fail({ code: 'gpu/out-of-memory' });
  expect(ladder.plan).toMatchObject({ backend: 'webgpu', model: 'light' });
  expect(ladder.fail({ code: 'net/offline' })).toMatchObject({ model: 'lightest' });
  const next = ladder.fail({ code: 'net/interrupted' })!;
  expect(told(next)).toBe('wasm heavy fp32 128 128');
  expect(next.reason).toBe(
    'The processor at size 128, because the smaller model could not be fetched to run at size 128.',
  );
  expect(ladder.fail({ code: 'memory/exhausted' })).toBeNull();
});

test('without the model that was asked for nothing else is tried', () => {
  expect(ladderOn(DESKTOP).fail({ code: 'net/offline' })).toBeNull();
  expect(ladderOn(machine(null)).fail({ code: 'net/offline' })).toBeNull();
});

test('a failed preview counts: the run goes on below it', () => {
  const ladder = ladderOn(DESKTOP);
  const preview = ladderOn(DESKTOP, { kind: 'auto', size: 128 }).plan;
  const next = ladder.fail({ code: 'worker/crashed' }, preview);
  expect(next!.peakBytes).toBeLessThan(preview.peakBytes);
});

test('numbers that were wrong in a preview do not make the run smaller', () => {
  const ladder = ladderOn(DESKTOP);
  const preview = ladderOn(DESKTOP, { kind: 'auto', size: 128 }).plan;
  const next = ladder.fail({ code: 'output/implausible' }, preview);
  expect(told(next!)).toBe('webgpu heavy fp32 512 512');
});

test('a fresh worker that is told what failed comes to the same rung', () => {
  const codes = ['gpu/out-of-memory', 'gpu/device-lost', 'worker/crashed', 'output/implausible'];
  const before = ladderOn(DESKTOP);
  const told: { code: ErrorCode; at: Plan }[] = [];
  for (const code of codes as ErrorCode[]) {
    told.push({ code, at: before.plan });
    before.fail({ code });
  }
  const after = ladderOn(DESKTOP);
  for (const { code, at } of told) after.fail({ code }, at);
  expect(after.plan).toEqual(before.plan);
});

test('a rung says in one sentence why it is taken, and the table keeps what failed', () => {
  const ladder = ladderOn(DESKTOP);
  const plan = ladder.fail({ code: 'gpu/out-of-memory' })!;
  expect(plan.reason).toBe('Size 384, because the GPU ran out of memory at size 512.');
  expect(plan.considered.slice(-2)).toMatchObject([
    { size: 512, refusedBy: 'the GPU ran out of memory at it' },
    { size: 384, refusedBy: null },
  ]);
  expect(ladder.fail({ code: 'gpu/unavailable' })!.reason).toBe(
    'The processor at size 512, because the GPU did not start at size 384.',
  );
  const smallest = ladderOn(DESKTOP, { kind: 'auto', size: 128 });
  expect(smallest.fail({ code: 'gpu/stalled' })!.reason).toBe(
    'Size 128, painted 32 rows at a time, because the GPU stopped answering at size 128.',
  );
});

describe('whatever fails, in whatever order', () => {
  const codes = Object.keys(FAILURES) as ErrorCode[];
  const memory: ErrorCode[] = [
    'gpu/out-of-memory',
    'gpu/limit',
    'memory/exhausted',
    'worker/crashed',
  ];
  const facts = [DESKTOP, PHONE, { ...DESKTOP, isHalfProven: false }, machine(null)];
  const wishes: Wish[] = [auto, { kind: 'buildings', size: 'auto' }, { kind: 'auto', size: 300 }];

  test('no plan comes twice, memory only falls, and it ends', () => {
    const random = generator(3);
    for (let run = 0; run < 2000; run++) {
      const ladder = ladderOn(pick(facts, random), pick(wishes, random));
      const seen = new Set([told(ladder.plan)]);
      for (let before = ladder.plan, steps = 0; ; steps++) {
        expect(steps, [...seen].join(' → ')).toBeLessThan(40);
        const code = pick(codes, random);
        const next = ladder.fail({ code });
        if (!next) break;
        const context = `${told(before)} → ${code} → ${told(next)}`;
        expect(seen, context).not.toContain(told(next));
        seen.add(told(next));
        if (before.backend === 'wasm') expect(next.backend, context).toBe('wasm');
        if (memory.includes(code) && next.backend === before.backend) {
          expect(next.peakBytes, context).toBeLessThan(before.peakBytes);
        }
        before = next;
      }
    }
  });
});

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)]!;
}

/** Numbers from 0 to 1, the same at each run of the tests. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
