import { untrack } from 'svelte';

/** What the page's one live region says. */
class Announcer {
  #text = $state('');

  get text(): string {
    return this.#text;
  }

  /** Says a sentence to screen readers, politely. */
  say(sentence: string): void {
    // Whoever says something must not be run again by it.
    const said = untrack(() => this.#text);
    // A repeated sentence is only read again where the text changes.
    this.#text = sentence === said ? `${sentence}\u00a0` : sentence;
  }
}

/** The page's announcer; `App` renders its region. */
export const announcer = new Announcer();
