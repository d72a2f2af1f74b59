import type { Footprint, ModelCard } from '../models/card.ts';
import type { Precision } from '../models/weights.ts';
import { AppError } from '../shared/errors.ts';
import { footprintAt } from './footprint.ts';
import { networkSize, SIDE_MULTIPLE, type NetworkSize } from './network-size.ts';
import type { Profile } from './profile.ts';

/** What the caller would like; `auto` leaves it to the card. */
export type Wish = {
  kind: 'auto' | 'people' | 'buildings';
  size: 'auto' | number;
  /** Only this precision. */
  variant?: Precision;
};

/** One choice that was weighed. */
export type Considered = {
  variant: Precision;
  size: number;
  peakBytes: number;
  /** What refused it, in words; null for the chosen one, the last. */
  refusedBy: string | null;
};

/** How one photograph will be run. */
export type Plan = {
  backend: 'webgpu' | 'wasm';
  variant: Precision;
  size: number;
  network: NetworkSize;
  peakBytes: number;
  reason: string;
  considered: Considered[];
};

/**
 * Chooses the largest size up to the wished one, and the best variant for it, whose largest buffer
 * fits the machine's binding limit and whose peak fits its budget. Pure: the same facts give the
 * same plan. A size that was asked for by number is a wish too: it is lowered where it does not fit.
 * @throws {AppError} `memory/exhausted` where not even the smallest size fits.
 */
export function planRun(
  profile: Profile,
  card: ModelCard,
  photograph: { width: number; height: number },
  wish: Wish,
): Plan {
  const wished = wish.size === 'auto' ? card.sizes.wished[wish.kind] : wish.size;
  if (wished < SIDE_MULTIPLE) {
    throw new AppError('bug/invariant', `A size of ${wished} is less than the network can see.`);
  }
  const sizes = [...new Set([wished, ...card.sizes.offered])]
    .filter((size) => size <= wished)
    .sort((a, b) => b - a);
  const considered: Considered[] = [];
  for (const size of sizes) {
    const network = networkSize(photograph.width, photograph.height, size);
    for (const variant of variantsInOrder(profile, card, wish, size)) {
      const { peakBytes, largestBufferBytes } = footprintAt(
        measuredFor(card, variant),
        network.width * network.height,
      );
      const refusedBy = refusal(profile, peakBytes, largestBufferBytes);
      considered.push({ variant, size, peakBytes, refusedBy });
      if (refusedBy) continue;
      const reason = explain(profile, wish, wished, size, considered);
      return { backend: profile.backend, variant, size, network, peakBytes, reason, considered };
    }
  }
  throw new AppError(
    'memory/exhausted',
    `Even the smallest size of ${card.name} needs more memory than this machine can give a page.`,
    { detail: { budgetBytes: profile.budgetBytes, considered } },
  );
}

/** What was measured for a variant; one not measured yet is planned as fp32, which takes more. */
function measuredFor(card: ModelCard, variant: Precision): Footprint[] {
  return card.memory[variant] ?? card.memory.fp32;
}

/**
 * fp16 first on a GPU that computes in it (half the memory), as far as it is faithful; above that
 * size only where fp32 does not fit. wasm computes in fp32 only.
 */
function variantsInOrder(profile: Profile, card: ModelCard, wish: Wish, size: number): Precision[] {
  if (wish.variant) return [wish.variant];
  const half = card.variants.fp16;
  if (!half || profile.backend === 'wasm') return ['fp32'];
  if (!half.requires.every((feature) => profile.features.includes(feature))) return ['fp32'];
  return size <= (half.faithfulSize ?? Infinity) ? ['fp16', 'fp32'] : ['fp32', 'fp16'];
}

function refusal(profile: Profile, peakBytes: number, largestBufferBytes: number): string | null {
  if (largestBufferBytes > profile.largestBufferBytes) {
    return `its largest buffer, ${megabytes(largestBufferBytes)}, is over the limit of ${megabytes(profile.largestBufferBytes)}`;
  }
  if (peakBytes > profile.budgetBytes) {
    return `its peak, ${megabytes(peakBytes)}, is over the budget of ${megabytes(profile.budgetBytes)}`;
  }
  return null;
}

function explain(
  profile: Profile,
  wish: Wish,
  wished: number,
  size: number,
  considered: readonly Considered[],
): string {
  const refused = considered.findLast((choice) => choice.size === wished && choice.refusedBy);
  if (size < wished && refused) {
    return `Size ${size}, because ${wished} would not fit: ${refused.refusedBy}.`;
  }
  if (wish.size !== 'auto') return `Size ${size}, as you asked.`;
  const subject = { auto: 'most photographs', people: 'people', buildings: 'buildings and places' };
  const place =
    profile.backend === 'webgpu' ? 'this GPU has room for it' : 'this machine has room for it';
  return `Size ${size}: right for ${subject[wish.kind]}, and ${place}.`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}
