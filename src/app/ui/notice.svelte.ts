import { announcer } from './announcer.svelte.ts';

/** What can be done about a notice. */
export type NoticeAction = { label: string; act: () => void };

/** How long a notice stays where nothing else replaces it. */
const STAYS_MS = 12_000;

/** One passing sentence over the page, with at most one thing to do about it. */
class Notice {
  #sentence = $state<string | null>(null);
  #action = $state.raw<NoticeAction | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get sentence(): string | null {
    return this.#sentence;
  }
  get action(): NoticeAction | null {
    return this.#action;
  }

  /** Shows a sentence in place of the one before, and says it to screen readers. */
  show(sentence: string, action: NoticeAction | null = null): void {
    this.#sentence = sentence;
    this.#action = action;
    announcer.say(sentence);
    this.stay();
  }

  /** Lets it stay anew, as while the pointer or the focus is on it. */
  stay(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), STAYS_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#sentence = null;
    this.#action = null;
  }
}

/** The page's notice; `App` shows it. */
export const notice = new Notice();
