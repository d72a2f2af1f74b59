import type { Engine } from '../../worker/client.ts';
import type { Preset, Progress } from '../../worker/protocol.ts';
import type { Journal } from '../diagnostics/journal.svelte.ts';
import { en } from '../i18n/en.ts';
import { troubleOf } from '../photo/trouble.ts';
import { announcer } from '../ui/announcer.svelte.ts';

/** Where the choice is kept between visits. */
const STORED = 'autochrome-preset';

/** How much of the machine runs may take: chosen, or left to a measurement. */
export type PresetChoice = 'auto' | Preset;

/** How much of this machine is taken, for all photographs, and the measurement that can choose it. */
export class Tuning {
  readonly #engine: Engine;
  readonly #journal: Journal;
  readonly #onMeasured: () => void;
  #choice = $state<PresetChoice>(storedChoice());
  #result = $state<string | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #measuring = $state.raw<AbortController | null>(null);

  /** @param onMeasured called when the machine may have a new preset of its own. */
  constructor(engine: Engine, journal: Journal, onMeasured: () => void) {
    this.#engine = engine;
    this.#journal = journal;
    this.#onMeasured = onMeasured;
  }

  get choice(): PresetChoice {
    return this.#choice;
  }
  /** What a run is given: null leaves it to the engine. */
  get preset(): Preset | null {
    return this.#choice === 'auto' ? null : this.#choice;
  }
  get isMeasuring(): boolean {
    return this.#measuring !== null;
  }
  /** What the measurement is doing, or what came of the last one; null before it. */
  get words(): string | null {
    if (!this.isMeasuring) return this.#result;
    const isFetching = this.#progress?.stage === 'fetch';
    return (isFetching && en.progress(this.#progress!, false)) || en.measuring;
  }

  choose(choice: PresetChoice): void {
    this.#choice = choice;
    try {
      localStorage.setItem(STORED, choice);
    } catch {
      // Where the page may keep nothing, the choice lasts for this visit.
    }
  }

  /** Measures this machine and says what was found. Never rejects. */
  async measure(): Promise<void> {
    const controller = new AbortController();
    this.#measuring = controller;
    this.#progress = null;
    announcer.say(en.measuring);
    try {
      const found = await this.#engine.optimise({
        signal: controller.signal,
        onProgress: (progress) => void (this.#progress = progress),
      });
      // Who measures wants what was found.
      if (found.preset) this.choose('auto');
      this.#say(found.sentence);
      this.#onMeasured();
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (trouble) this.#journal.note(en.optimise, thrown);
      this.#say(trouble && `${trouble.happened} ${trouble.advice}`);
    } finally {
      this.#measuring = null;
    }
  }

  cancel(): void {
    this.#measuring?.abort();
  }

  #say(sentence: string | null): void {
    this.#result = sentence;
    if (sentence) announcer.say(sentence);
  }
}

function storedChoice(): PresetChoice {
  try {
    const stored = localStorage.getItem(STORED);
    const known = Object.keys(en.presets) as PresetChoice[];
    return known.find((choice) => choice === stored) ?? 'auto';
  } catch {
    return 'auto';
  }
}
