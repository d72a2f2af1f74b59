import type { Variant } from '../models/variant.ts';
import { AppError, assert, type ErrorCode } from '../shared/errors.ts';
import { FAILURES } from './failures.ts';
import type { Profile } from './profile.ts';
import { refusal } from './rung.ts';

/** One way to sample. */
export type SamplingChoice = {
  backend: Profile['backend'];
  variant: Variant;
  /** How much one submission has to do, in any unit that all choices of a job share. */
  work: number;
  /** Bytes at most, and of the largest single buffer. */
  peakBytes: number;
  largestBufferBytes: number;
  /** What it is, in a few words that go on after "Now". */
  words: string;
};

/** A choice that was weighed, as reports show it. */
export type ConsideredChoice = { choice: string; peakBytes: number; refusedBy: string | null };

/** Times that a GPU may be lost or hang before the processor takes over. */
const MOST_HANGS = 1;

/**
 * What to sample with, and with what next when it fails. Choices come best first, those of the processor last, and
 * are made only as far as they are looked at. None comes twice; short of memory only what takes less comes next, so
 * every run of failures ends.
 */
export class SamplingLadder<Choice extends SamplingChoice> {
  readonly #profile: Profile;
  readonly #source: Iterator<Choice>;
  readonly #known: Choice[] = [];
  readonly #failed = new Set<Choice>();
  readonly #distrusted = new Set<Variant>();
  readonly #considered: ConsideredChoice[] = [];
  #leastFailedBytes = Infinity;
  #hangs = 0;
  #isGpuOut = false;
  #choice: Choice;
  #because: string | null = null;

  /**
   * @param profile of the machine; the processor's choices are held against its fallback.
   * @throws {AppError} `memory/exhausted` where nothing fits.
   */
  constructor(profile: Profile, choices: Iterable<Choice>) {
    this.#profile = profile;
    this.#source = choices[Symbol.iterator]();
    const first = this.#next(() => true);
    if (!first) {
      throw new AppError(
        'memory/exhausted',
        'Even the smallest way to do this needs more memory than this machine can give a page.',
        { detail: { budgetBytes: profile.budgetBytes, considered: this.considered } },
      );
    }
    this.#choice = first;
    const refused = this.#considered.find(({ refusedBy }) => refusedBy !== null);
    if (refused) this.#because = `${refused.choice} would not fit: ${refused.refusedBy}`;
  }

  /** What to do now. */
  get choice(): Choice {
    return this.#choice;
  }

  /** Why it is this one rather than a better one; null where it is the best. */
  get because(): string | null {
    return this.#because;
  }

  /** All that was weighed, in order. */
  get considered(): ConsideredChoice[] {
    return [...this.#considered];
  }

  /** Goes to the best choice that the failure of the present one leaves. @returns null where there is none. */
  fail({ code }: { code: ErrorCode }): Choice | null {
    const failure = FAILURES[code];
    if (!failure || failure.kind === 'absent') return null;
    const failed = this.#choice;
    this.#failed.add(failed);
    const isOnGpu = failed.backend === 'webgpu';
    switch (failure.kind) {
      case 'memory':
      case 'crash':
        if (isOnGpu) this.#leastFailedBytes = Math.min(this.#leastFailedBytes, failed.peakBytes);
        break;
      case 'hang':
        this.#isGpuOut ||= ++this.#hangs > MOST_HANGS;
        break;
      case 'numbers':
        this.#distrusted.add(failed.variant);
        break;
      case 'gone':
        this.#isGpuOut = true;
    }
    if (!isOnGpu && failure.kind !== 'memory' && failure.kind !== 'crash') return null;
    const helps = (choice: Choice) => {
      if (choice.backend === 'wasm') return isOnGpu || choice.peakBytes < failed.peakBytes;
      if (!isOnGpu || this.#isGpuOut || this.#distrusted.has(choice.variant)) return false;
      if (failure.kind === 'hang' && choice.work >= failed.work) return false;
      return choice.peakBytes < this.#leastFailedBytes;
    };
    const next = this.#next(helps);
    if (!next) return null;
    this.#considered.push({
      choice: failed.words,
      peakBytes: failed.peakBytes,
      refusedBy: `${failure.words} at it`,
    });
    this.#choice = next;
    this.#because = `${failure.words} at ${failed.words}`;
    return next;
  }

  #next(helps: (choice: Choice) => boolean): Choice | null {
    for (const choice of this.#all()) {
      if (this.#failed.has(choice) || !helps(choice)) continue;
      if (this.#refusal(choice) === null) return choice;
    }
    return null;
  }

  /** Every choice, those that were looked at before first. */
  *#all(): Iterable<Choice> {
    yield* [...this.#known];
    for (;;) {
      const { value, done } = this.#source.next() as IteratorResult<Choice, undefined>;
      if (done) return;
      assert(value, 'A choice is made whole.');
      this.#known.push(value);
      const refusedBy = this.#refusal(value);
      if (refusedBy) {
        this.#considered.push({ choice: value.words, peakBytes: value.peakBytes, refusedBy });
      }
      yield value;
    }
  }

  #refusal(choice: Choice): string | null {
    const isHere = choice.backend === this.#profile.backend;
    return refusal(isHere ? this.#profile : (this.#profile.fallback ?? this.#profile), choice);
  }
}
