import { toAppError } from '../../shared/errors.ts';
import type { Engine } from '../../worker/client.ts';
import type { ModelOffer, ModelReport } from '../../worker/model-protocol.ts';
import type { Progress } from '../../worker/protocol.ts';
import type { Journal } from '../diagnostics/journal.svelte.ts';
import { ADD_ADVICE, addingWords, words } from '../i18n/models.ts';
import { troubleOf } from '../photo/trouble.ts';
import { announcer } from '../ui/announcer.svelte.ts';

/** Where the choice is kept between visits. */
const STORED = 'autochrome-model';

/** Why a model was not added, in words. */
export type AddTrouble = { happened: string; advice: string };

/** The models that can be used, the chosen one, and the one that is being added. */
export class Models {
  readonly #engine: Engine;
  readonly #journal: Journal;
  #list = $state.raw<readonly ModelReport[]>([]);
  #isUnlisted = $state(false);
  #chosenId = $state<string | null>(storedChoice());
  #progress = $state.raw<Progress | null>(null);
  #adding = $state.raw<AbortController | null>(null);
  #trouble = $state.raw<AddTrouble | null>(null);

  constructor(engine: Engine, journal: Journal) {
    this.#engine = engine;
    this.#journal = journal;
  }

  /** All of them, the default first; empty until {@link load}. */
  get list(): readonly ModelReport[] {
    return this.#list;
  }
  /** Whether the engine could not say what there is, as without a network at the first visit. */
  get isUnlisted(): boolean {
    return this.#isUnlisted;
  }
  /** The model that is used; null until {@link load}. One that is gone gives way to the default. */
  get chosen(): ModelReport | null {
    return this.#list.find(({ id }) => id === this.#chosenId) ?? this.#list[0] ?? null;
  }
  /** What a run is given: undefined leaves it to the engine. */
  get wish(): string | undefined {
    return this.chosen?.id ?? this.#chosenId ?? undefined;
  }
  get isAdding(): boolean {
    return this.#adding !== null;
  }
  /** What is going on with the model that is added; null while none is. */
  get words(): string | null {
    return this.isAdding ? addingWords(this.#progress) : null;
  }
  /** How far that is, 0–1, where it is known. */
  get share(): number | null {
    const now = this.#progress;
    if (now?.stage !== 'fetch' && now?.stage !== 'check') return null;
    return now.totalBytes > 0 ? now.loadedBytes / now.totalBytes : null;
  }
  /** Why the last one was not added. */
  get trouble(): AddTrouble | null {
    return this.#trouble;
  }

  /** Asks the engine what models there are; a failure is kept for the diagnostics. */
  async load(): Promise<void> {
    try {
      this.#list = await this.#engine.models();
      this.#isUnlisted = false;
    } catch (thrown) {
      this.#isUnlisted = this.#list.length === 0;
      this.#journal.note(words.model, thrown);
    }
  }

  /**
   * Looks again at what there is, once that was asked for: another tab may have added or removed one, the network
   * may be back.
   */
  async refresh(): Promise<void> {
    if (this.#list.length > 0 || this.#isUnlisted) await this.load();
  }

  choose(id: string): void {
    this.#chosenId = id;
    try {
      localStorage.setItem(STORED, id);
    } catch {
      // Where the page may keep nothing, the choice lasts for this visit.
    }
  }

  /** Adds a model. Never rejects. @returns it and whether it was here before, or null where it was refused or cancelled. */
  async add(offer: ModelOffer): Promise<{ model: ModelReport; wasHere: boolean } | null> {
    const controller = new AbortController();
    this.#adding = controller;
    this.#progress = null;
    this.#trouble = null;
    announcer.say(words.adding);
    try {
      const model = await this.#engine.addModel(offer, {
        signal: controller.signal,
        onProgress: (progress) => this.#hear(progress),
      });
      const wasHere = this.#list.some(({ id }) => id === model.id);
      await this.load();
      return { model, wasHere };
    } catch (thrown) {
      this.#complain(thrown);
      return null;
    } finally {
      this.#adding = null;
    }
  }

  /** Says that what was offered is no model at all. */
  refuse(): void {
    this.#trouble = { happened: words.nothingThere, advice: '' };
    announcer.say(words.nothingThere);
  }

  cancel(): void {
    this.#adding?.abort();
  }

  /** Forgets what went wrong. */
  clear(): void {
    this.#trouble = null;
  }

  /** Removes an added model. Never rejects. @returns whether it is gone. */
  async remove(id: string): Promise<boolean> {
    try {
      await this.#engine.removeModel(id);
    } catch (thrown) {
      this.#journal.note(words.remove, thrown);
    }
    await this.load();
    return !this.#list.some((model) => model.id === id);
  }

  #hear(progress: Progress): void {
    if (['fetch', 'check', 'load', 'infer'].includes(progress.stage)) this.#progress = progress;
  }

  #complain(thrown: unknown): void {
    const trouble = troubleOf(thrown);
    if (!trouble) return;
    this.#journal.note(words.addTitle, thrown);
    const { code, message } = toAppError(thrown);
    const advice = ADD_ADVICE[code];
    // The errors that have advice here carry a sentence of their own.
    this.#trouble = advice
      ? { happened: message, advice }
      : { happened: trouble.happened, advice: trouble.advice };
    announcer.say(this.#trouble.happened);
  }
}

function storedChoice(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}
