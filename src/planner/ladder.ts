import type { PlannedCard } from './planned-card.ts';
import { needsHalf, type Variant } from '../models/variant.ts';
import type { ErrorCode } from '../shared/errors.ts';
import { FAILURES, type FailureKind } from './failures.ts';
import { consider, planRun, sizesInOrder, type Plan, type Wish } from './plan.ts';
import type { Profile } from './profile.ts';
import { refusal, rungAt, variantsInOrder, withSmallerTiles, type Rung } from './rung.ts';

/** What names a rung: a {@link Plan} does, and so does what was told of one. */
export type RungName = Pick<Rung, 'backend' | 'model' | 'variant' | 'size' | 'tileRows'>;

/** Times that a GPU may be lost or hang before the processor takes over. */
const MOST_HANGS = 1;
/** The same for workers that die on it: each takes decoding and loading with it. */
const MOST_CRASHES = 3;

/**
 * What to try next when a run fails, for one photograph. Short of memory it goes down size → variant →
 * smaller model → wasm: tiles do not lower the peak, which the encoder has. Other failures take the way that
 * can help them, tiles where the GPU hung. No rung comes twice, and none below a failure for memory takes as
 * much again, so every run of failures ends.
 */
export class Ladder {
  readonly #profile: Profile;
  readonly #cards: readonly PlannedCard[];
  readonly #photograph: { width: number; height: number };
  readonly #wish: Wish;
  readonly #failed = new Set<string>();
  /** Variants of a model that computed nonsense or nothing: `model/variant`. */
  readonly #distrusted = new Set<string>();
  /** Ids of smaller models whose weights cannot be had now. */
  readonly #absent = new Set<string>();
  /** On the GPU: predicted bytes of the smallest peak that failed, and the smallest size that hung. */
  #leastFailedBytes = Infinity;
  #leastHungSize = Infinity;
  #hangs = 0;
  #crashes = 0;
  #hasTiled = false;
  #plan: Plan;

  /**
   * @param cards preferred first, smaller ones after it; at least one.
   * @throws {AppError} `memory/exhausted` where not even the smallest size fits.
   */
  constructor(
    profile: Profile,
    cards: readonly PlannedCard[],
    photograph: { width: number; height: number },
    wish: Wish,
  ) {
    this.#profile = profile;
    this.#cards = cards;
    this.#photograph = photograph;
    this.#wish = wish;
    this.#plan = planRun(profile, cards, photograph, wish);
  }

  /** What to run now. */
  get plan(): Plan {
    return this.#plan;
  }

  /**
   * Goes one rung down.
   * @param at what failed: the present plan, a preview's, or one that an earlier worker told of.
   * @returns the next plan, or null below the last rung and for failures that no rung helps against.
   */
  fail(error: { code: ErrorCode }, at: RungName = this.#plan): Plan | null {
    const failure = FAILURES[error.code];
    const profile = at.backend === 'wasm' ? this.#processor : this.#profile;
    const card = this.#cards.find(({ id }) => id === at.model);
    if (!failure || !card) return null;
    // Without the model that was asked for the run waits for it: nobody asked for another.
    if (failure.kind === 'absent' && card === this.#cards[0]) return null;
    const failed = {
      ...rungAt(profile, card, this.#photograph, at.variant, at.size),
      tileRows: at.tileRows,
    };
    this.#note(failure.kind, failed);
    const next =
      at.backend === 'wasm'
        ? this.#belowOnProcessor(failure.kind, failed, card)
        : this.#below(failure.kind, failed, card);
    if (!next) return null;
    const refusedBy = `${failure.words} at it`;
    const considered = [
      ...this.#plan.considered.filter((choice) => choice.refusedBy !== null),
      consider(failed, refusedBy),
      consider(next, null),
    ];
    this.#plan = { ...next, reason: this.#explain(next, failed, failure.words), considered };
    return this.#plan;
  }

  get #processor(): Profile {
    return this.#profile.fallback ?? this.#profile;
  }

  #note(kind: FailureKind, failed: Rung): void {
    this.#failed.add(nameOf(failed));
    if (kind === 'absent') this.#absent.add(failed.model);
    if (failed.backend === 'wasm') return;
    if (kind === 'crash') this.#crashes++;
    if (kind === 'memory' || kind === 'crash') {
      this.#leastFailedBytes = Math.min(this.#leastFailedBytes, failed.peakBytes);
    } else if (kind === 'hang') {
      this.#leastHungSize = Math.min(this.#leastHungSize, failed.size);
      this.#hangs++;
    } else if (kind === 'numbers') {
      this.#distrusted.add(`${failed.model}/${failed.variant}`);
    }
  }

  #below(kind: FailureKind, failed: Rung, card: PlannedCard): Rung | null {
    switch (kind) {
      case 'memory':
        return this.#withLess(failed, card);
      case 'crash':
        if (this.#crashes > MOST_CRASHES) return this.#onProcessor();
        return this.#withLess(failed, card);
      case 'hang':
        if (this.#hangs > MOST_HANGS) return this.#onProcessor();
        return this.#smaller(failed, card) ?? this.#tiled(failed) ?? this.#onProcessor();
      case 'numbers':
        return this.#otherVariant(failed, card) ?? this.#onProcessor();
      case 'gone':
        return this.#onProcessor();
      case 'absent':
        return this.#otherModel(failed, card) ?? this.#onProcessor();
    }
  }

  #withLess(failed: Rung, card: PlannedCard): Rung | null {
    return (
      this.#smaller(failed, card) ??
      this.#lighter(failed, card) ??
      this.#otherModel(failed, card) ??
      this.#onProcessor()
    );
  }

  /** The processor has sizes and smaller models to give up, and nothing else. */
  #belowOnProcessor(kind: FailureKind, failed: Rung, card: PlannedCard): Rung | null {
    if (kind === 'numbers' || kind === 'gone') return null;
    return this.#onProcessor(failed.peakBytes, this.#cards.slice(this.#cards.indexOf(card)));
  }

  /** The same, painted in smaller parts; once: what hangs with little work does not need less. */
  #tiled(failed: Rung): Rung | null {
    if (this.#hasTiled || failed.tileRows < failed.network.height) return null;
    this.#hasTiled = true;
    return withSmallerTiles(failed);
  }

  /** The next smaller size, with tiles no larger than those that failed. */
  #smaller(failed: Rung, card: PlannedCard): Rung | null {
    return this.#largest(card, [failed.variant], failed.tileRows, failed.size - 1);
  }

  /** The best other variant that takes less than all that failed, at the largest size where it does. */
  #lighter(failed: Rung, card: PlannedCard): Rung | null {
    const { variant, tileRows } = failed;
    const others = this.#variants(card).filter((other) => other !== variant);
    for (const other of others) {
      const rung = this.#largest(card, [other], tileRows);
      if (rung) return rung;
    }
    return null;
  }

  /**
   * Away from half precision where that failed, else the other of those in full; never back to half. A
   * preview that failed says nothing against the size that was planned.
   */
  #otherVariant({ model, variant, size, tileRows }: Rung, card: PlannedCard): Rung | null {
    const others = this.#variants(card).filter((other) => other !== variant && !needsHalf(other));
    const planned = this.#plan;
    const isPreview =
      planned.backend === 'webgpu' && planned.model === model && planned.size > size;
    const most = isPreview ? planned : { size, tileRows };
    return this.#largest(card, others, most.tileRows, most.size);
  }

  #otherModel(failed: Rung, card: PlannedCard): Rung | null {
    for (const other of this.#cards.slice(this.#cards.indexOf(card) + 1)) {
      const rung = this.#largest(other, this.#variants(other), failed.tileRows);
      if (rung) return rung;
    }
    return null;
  }

  /** The first open rung of a model on the GPU, by falling size, then by variant. */
  #largest(
    card: PlannedCard,
    variants: readonly Variant[],
    tileRows: number,
    mostSize = Infinity,
  ): Rung | null {
    for (const size of sizesInOrder(this.#profile, card, this.#wish)) {
      if (size > mostSize) continue;
      for (const variant of variants) {
        const rung = rungAt(this.#profile, card, this.#photograph, variant, size);
        const tiled = { ...rung, tileRows: Math.min(rung.tileRows, tileRows) };
        if (this.#isOpen(tiled)) return tiled;
      }
    }
    return null;
  }

  #onProcessor(lessThan = Infinity, cards = this.#cards): Rung | null {
    const profile = this.#processor;
    for (const card of cards) {
      if (this.#absent.has(card.id)) continue;
      for (const size of sizesInOrder(profile, card, this.#wish)) {
        const rung = rungAt(profile, card, this.#photograph, 'fp32', size);
        const isOpen = rung.peakBytes < lessThan && !this.#failed.has(nameOf(rung));
        if (isOpen && !refusal(profile, rung)) return rung;
      }
    }
    return null;
  }

  /** Whether a rung on the GPU fits, has not failed, and no failure before speaks against it. */
  #isOpen(rung: Rung): boolean {
    if (this.#failed.has(nameOf(rung)) || refusal(this.#profile, rung)) return false;
    if (this.#distrusted.has(`${rung.model}/${rung.variant}`)) return false;
    return rung.peakBytes < this.#leastFailedBytes && rung.size < this.#leastHungSize;
  }

  #variants(card: PlannedCard): readonly Variant[] {
    return variantsInOrder(this.#profile, card, this.#wish.variant);
  }

  #explain(next: Rung, failed: Rung, words: string): string {
    const place = `at size ${failed.size}`;
    const because = `because ${words} ${place}`;
    if (next.backend !== failed.backend) return `The processor at size ${next.size}, ${because}.`;
    if (next.model !== failed.model) {
      const { name } = this.#cards.find(({ id }) => id === next.model)!;
      return `${name}, a smaller model, at size ${next.size}, ${because}.`;
    }
    if (next.variant !== failed.variant) {
      return `Size ${next.size} in ${next.variant}, ${because} in ${failed.variant}.`;
    }
    if (next.size !== failed.size) return `Size ${next.size}, ${because}.`;
    return `Size ${next.size}, painted ${next.tileRows} rows at a time, ${because}.`;
  }
}

function nameOf({ backend, model, variant, size, tileRows }: RungName): string {
  return [backend, model, variant, size, tileRows].join('/');
}
