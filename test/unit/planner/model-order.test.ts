import { expect, test } from 'vitest';
import { Ladder } from '../../../src/planner/ladder.ts';
import { inOrderFrom } from '../../../src/planner/model-order.ts';
import { planRun } from '../../../src/planner/plan.ts';
import { profileOf } from '../../../src/planner/profile.ts';
import { cardOf, DESKTOP, machine, MIB } from './machines.ts';

const square = { width: 1000, height: 1000 };
const auto = { kind: 'auto', size: 'auto' } as const;
const [heavy, middle, light] = [cardOf('heavy', 2), cardOf('middle'), cardOf('light', 0.2)].map(
  (card) => ({ card }),
) as [
  { card: ReturnType<typeof cardOf> },
  { card: ReturnType<typeof cardOf> },
  { card: ReturnType<typeof cardOf> },
];
const idsFrom = (chosen: typeof heavy) =>
  inOrderFrom(chosen, [light, heavy, middle]).map(({ card }) => card.id);

test('the chosen model comes first, then those that take less, the largest before', () => {
  expect(idsFrom(heavy)).toEqual(['heavy', 'middle', 'light']);
  expect(idsFrom(middle)).toEqual(['middle', 'light']);
  expect(idsFrom(light)).toEqual(['light']);
});

test('where no size of the chosen model fits, the next smaller one is planned, and says so', () => {
  const facts = machine({ maxStorageBufferBindingSize: 128 * MIB, maxBufferSize: 256 * MIB });
  const profile = profileOf(facts, 'auto');
  const cards = inOrderFrom({ card: cardOf('huge', 20) }, [
    { card: cardOf('huge', 20) },
    light,
  ]).map(({ card }) => card);
  const plan = planRun(profile, cards, square, auto);
  expect(plan).toMatchObject({ backend: 'webgpu', model: 'light' });
  expect(plan.reason).toMatch(
    /^Model light, a smaller model, at size \d+, because 512 would not fit/,
  );
});

test('where it runs out of memory at each of its sizes, the ladder comes to the smaller one', () => {
  const cards = inOrderFrom(middle, [middle, light]).map(({ card }) => card);
  const ladder = new Ladder(profileOf(DESKTOP, 'auto'), cards, square, auto);
  const models: string[] = [];
  let plan: ReturnType<Ladder['fail']> = ladder.plan;
  while (plan && plan.backend === 'webgpu') {
    models.push(plan.model);
    plan = ladder.fail({ code: 'gpu/out-of-memory' });
  }
  expect([...new Set(models)]).toEqual(['middle', 'light']);
});

test('a model without int8 weights is planned in the precisions that it has', () => {
  const { int8: _, 'int8-fp16': __, ...memory } = middle.card.memory;
  const card = { ...middle.card, memory };
  const profile = profileOf(DESKTOP, 'auto');
  expect(planRun(profile, [card], square, auto).variant).toBe('fp32');
  expect(planRun(profile, [card], square, { ...auto, variant: 'int8' }).variant).toBe('fp32');
  const ladder = new Ladder(profile, [card], square, auto);
  const variants = new Set<string>([ladder.plan.variant]);
  for (let next = ladder.fail({ code: 'gpu/out-of-memory' }); next;) {
    variants.add(next.variant);
    next = ladder.fail({ code: 'gpu/out-of-memory' });
  }
  expect([...variants].sort()).toEqual(['fp16', 'fp32']);
});
