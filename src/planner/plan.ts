import type { PlannedCard } from './planned-card.ts';
import type { Variant } from '../models/variant.ts';
import { AppError } from '../shared/errors.ts';
import { SIDE_MULTIPLE } from './network-size.ts';
import { wishedSize, type Preset } from './presets.ts';
import type { Profile } from './profile.ts';
import { refusal, rungAt, variantsInOrder, type Rung } from './rung.ts';

/** What the caller would like; `auto` leaves it to the card. */
export type Wish = {
  kind: 'auto' | 'people' | 'buildings';
  size: 'auto' | number;
  /** How much of the machine to take; absent, what a measurement of it found. */
  preset?: Preset;
  /** Only this variant; for measuring. */
  variant?: Variant;
};

/** One choice that was weighed. */
export type Considered = Pick<
  Rung,
  'backend' | 'model' | 'variant' | 'size' | 'tileRows' | 'peakBytes'
> & {
  /** What refused it, in words; null for the chosen one, the last. */
  refusedBy: string | null;
};

/** How one photograph will be run. */
export type Plan = Rung & {
  /** One plain sentence. */
  reason: string;
  considered: Considered[];
};

/**
 * Chooses the largest size up to the wished one, and the best variant for it, whose largest buffer
 * fits the machine's binding limit and whose peak fits its budget; where a model fits at no size the
 * next one, and where none fits the GPU, the processor. Pure: the same facts give the same plan. A
 * size that was asked for by number is a wish too: it is lowered where it does not fit.
 * @param cards preferred first, smaller ones after it; at least one.
 * @throws {AppError} `memory/exhausted` where not even the smallest size fits.
 */
export function planRun(
  profile: Profile,
  cards: readonly PlannedCard[],
  photograph: { width: number; height: number },
  wish: Wish,
): Plan {
  const considered: Considered[] = [];
  for (const place of [profile, ...(profile.fallback ? [profile.fallback] : [])]) {
    for (const card of cards) {
      for (const size of sizesInOrder(place, card, wish)) {
        for (const variant of variantsInOrder(place, card, wish.variant)) {
          const rung = rungAt(place, card, photograph, variant, size);
          const refusedBy = refusal(place, rung);
          considered.push(consider(rung, refusedBy));
          if (refusedBy) continue;
          return { ...rung, reason: explain(rung, card, wish, considered), considered };
        }
      }
    }
  }
  throw new AppError(
    'memory/exhausted',
    `Even the smallest size of ${cards.at(-1)?.name} needs more memory than this machine can give a page.`,
    { detail: { budgetBytes: profile.budgetBytes, considered } },
  );
}

/** Sizes up to the wished one, largest first. @throws {AppError} `bug/invariant` for a wish below the least size. */
export function sizesInOrder(profile: Profile, card: PlannedCard, wish: Wish): number[] {
  const wished =
    wish.size === 'auto' ? wishedSize(card.sizes, wish.kind, profile.preset) : wish.size;
  if (wished < SIDE_MULTIPLE) {
    throw new AppError('bug/invariant', `A size of ${wished} is less than the network can see.`);
  }
  return [...new Set([wished, ...card.sizes.offered])]
    .filter((size) => size <= wished)
    .sort((a, b) => b - a);
}

/** A rung as the table of what was weighed shows it. */
export function consider(rung: Rung, refusedBy: string | null): Considered {
  const { backend, model, variant, size, tileRows, peakBytes } = rung;
  return { backend, model, variant, size, tileRows, peakBytes, refusedBy };
}

function explain(
  rung: Rung,
  card: PlannedCard,
  wish: Wish,
  considered: readonly Considered[],
): string {
  const { size, backend, model } = rung;
  const first = considered[0]!;
  if (first.backend !== backend)
    return `The processor at size ${size}, because no size fits this GPU.`;
  const refused = considered.findLast(
    (choice) => choice.model === first.model && choice.size === first.size && choice.refusedBy,
  );
  const why = `${first.size} would not fit: ${refused?.refusedBy}`;
  if (first.model !== model)
    return `${card.name}, a smaller model, at size ${size}, because ${why}.`;
  if (first.size !== size) return `Size ${size}, because ${why}.`;
  return explainFit(rung, card, wish);
}

function explainFit({ size, backend }: Rung, card: PlannedCard, wish: Wish): string {
  if (wish.size !== 'auto') return `Size ${size}, as you asked.`;
  const place = backend === 'webgpu' ? 'this GPU has room for it' : 'this machine has room for it';
  const usual = card.sizes.wished[wish.kind];
  if (size < usual) return `Size ${size}: smaller than usual, to take little of this machine.`;
  if (size > usual) return `Size ${size}: larger than usual, and ${place}.`;
  const subject = { auto: 'most photographs', people: 'people', buildings: 'buildings and places' };
  return `Size ${size}: right for ${subject[wish.kind]}, and ${place}.`;
}
