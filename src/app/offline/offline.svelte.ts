import type { Workbox } from 'workbox-window';
import type { Desk } from '../batch/desk.svelte.ts';
import { START_REQUEST, type StartAnswer } from '../../offline/messages.ts';
import { en } from '../i18n/en.ts';
import { savesData } from './saves-data.ts';

/** An installed page may stay open for weeks: how often it asks for a new version. */
const ASK_AGAIN_MS = 3_600_000;

/** The page without a network: whether it would open and colour, and the new version that waits. */
export class Offline {
  readonly #desk: Desk;
  #workbox: Workbox | null = null;
  #isPageKept = $state(false);
  #isUpdateWaiting = $state(false);
  #isPutOff = $state(false);
  #isBlocked = $state(false);
  #leftBytes = $state<number | null>(null);
  #isKeeping = $state(false);
  /** The wish that {@link leftBytes} is of. */
  #wish: string | undefined;
  #askedAt = Date.now();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Whether the page itself opens without a network. */
  get isPageKept(): boolean {
    return this.#isPageKept;
  }
  /** Whether a photograph can be coloured in a later visit without a network. */
  get isReady(): boolean {
    return this.#isPageKept && (this.#desk.machine?.storage.isRunKept ?? false);
  }
  /** Whether files are fetched now to be kept. */
  get isKeeping(): boolean {
    return this.#isKeeping;
  }
  /** Bytes that were missing when it was last looked; null where nobody has. */
  get leftBytes(): number | null {
    return this.#leftBytes;
  }
  /** Whether a new version waits, and the visitor has not said "later". */
  get offersUpdate(): boolean {
    return this.#isUpdateWaiting && !this.#isPutOff;
  }
  /** Whether another page of this program was open when the new version was to start. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Lets the browser keep the page, and looks for a new version. Never rejects. */
  async start(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    try {
      const { Workbox } = await import('workbox-window');
      const workbox = new Workbox(new URL('./service-worker.js', document.baseURI).href);
      workbox.addEventListener('waiting', () => (this.#isUpdateWaiting = true));
      await workbox.register();
      this.#workbox = workbox;
      document.addEventListener('visibilitychange', () => this.#askForUpdate());
      await navigator.serviceWorker.ready;
      this.#isPageKept = true;
    } catch (thrown) {
      this.#desk.journal.note(en.offline, thrown);
    }
  }

  /**
   * Fetches what a run would need, file by file, while no photograph is worked on. Not where the visitor saves data,
   * unless they ask for it. Never rejects.
   */
  async keep({ isAskedFor = false } = {}): Promise<void> {
    const desk = this.#desk;
    const wish = desk.models.wish;
    if (wish !== this.#wish || isAskedFor) this.#leftBytes = null;
    this.#wish = wish;
    if (this.#isKeeping || this.isReady || this.#leftBytes === 0) return;
    if (!this.#isPageKept || (savesData() && !isAskedFor)) return;
    this.#isKeeping = true;
    try {
      while (!desk.isBusy && this.#leftBytes !== 0) {
        this.#leftBytes = await desk.engine.keepNext(wish);
      }
    } catch (thrown) {
      desk.journal.note(en.offline, thrown);
    } finally {
      this.#isKeeping = false;
    }
    await desk.learnMachine();
  }

  /** Starts the new version by loading the page anew; says so where another page is open, and leaves all as it is. */
  async startUpdate(): Promise<void> {
    const [{ messageSW }, registration] = await Promise.all([
      import('workbox-window'),
      navigator.serviceWorker.getRegistration(),
    ]);
    const waiting = registration?.waiting;
    // Another page has started it.
    if (!waiting) return location.reload();
    const reload = () => location.reload();
    navigator.serviceWorker.addEventListener('controllerchange', reload);
    const { isStarted } = (await messageSW(waiting, START_REQUEST)) as StartAnswer;
    this.#isBlocked = !isStarted;
    // Nothing but the visitor's word loads a page anew.
    if (!isStarted) navigator.serviceWorker.removeEventListener('controllerchange', reload);
  }

  /** Leaves the new version for the next visit. */
  putOff(): void {
    this.#isPutOff = true;
  }

  #askForUpdate(): void {
    if (document.hidden || Date.now() - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = Date.now();
    this.#workbox?.update().catch(() => undefined);
  }
}
