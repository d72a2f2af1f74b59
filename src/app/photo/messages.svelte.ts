import { en } from '../i18n/en.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import { troubleOf, type Trouble } from './trouble.ts';

/** What is to be told beside one photograph: a trouble, and the last step down of its run. */
export class Messages {
  readonly #name: string;
  #trouble = $state.raw<Trouble | null>(null);
  #notice = $state<string | null>(null);

  /** @param name the photograph's, for screen readers. */
  constructor(name: string) {
    this.#name = name;
  }

  get trouble(): Trouble | null {
    return this.#trouble;
  }
  get notice(): string | null {
    return this.#notice;
  }

  /** Shows a failure. @returns false where there is nothing to say: the work was cancelled. */
  showTrouble(thrown: unknown): boolean {
    const trouble = troubleOf(thrown);
    if (!trouble) return false;
    this.#trouble = trouble;
    announcer.say(`${en.troubleWith(this.#name)}: ${trouble.happened}`);
    return true;
  }

  /** Puts advice for this very case in place of the usual, where there is some. Never rejects. */
  async advise(advice: Promise<string | null>): Promise<void> {
    const trouble = this.#trouble;
    const found = await advice.catch(() => null);
    if (trouble && found && this.#trouble === trouble)
      this.#trouble = { ...trouble, advice: found };
  }

  /** In place of the one before: what was tried there has failed too. The details keep them all. */
  showNotice(sentence: string): void {
    this.#notice = sentence;
    announcer.say(sentence);
  }

  clearNotice(): void {
    this.#notice = null;
  }

  clearTrouble(): void {
    this.#trouble = null;
  }

  clear(): void {
    this.#trouble = null;
    this.#notice = null;
  }
}
