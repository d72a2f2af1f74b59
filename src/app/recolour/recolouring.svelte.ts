import { throwIfAborted } from '../../shared/errors.ts';
import type { OpenPhotograph } from '../../worker/open-photograph.ts';
import type { ChromaPlanes, Preset } from '../../worker/protocol.ts';
import { RECOLOUR_RANGES, type ColourHint, type Place } from '../../worker/recolour-protocol.ts';
import { LatestWins } from '../compare/latest-wins.ts';
import type { Journal } from '../diagnostics/journal.svelte.ts';
import { words } from '../i18n/recolour.ts';
import type { Follower } from '../photo/follower.ts';
import type { Photo } from '../photo/photo.svelte.ts';
import type { Recolour } from '../photo/settings.ts';
import { troubleOf, type Trouble } from '../photo/trouble.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import { Colourings, type Colouring } from './colourings.svelte.ts';
import { keyOf, wishesKey } from './recipe.ts';

/** Colourings of one press of the button. */
export const SHEET_SIZE = 8;

/** What the desk gives. */
type Host = { journal: Journal; preset: () => Preset | null };

/**
 * Other colours for one photograph: what is wished of them, the contact sheet, and which are shown. Wishes and choice
 * are settings of the photograph, and so undone with all others; what they mean is made here.
 */
export class Recolouring implements Follower {
  readonly photo: Photo;
  readonly colourings: Colourings;
  #sheet = $state.raw<readonly Colouring[]>([]);
  /** What the sheet was drawn for. */
  #drawnFor = $state<string | null>(null);
  #trouble = $state.raw<Trouble | null>(null);
  readonly #host: Host;
  #runs: readonly AbortController[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #drawing: AbortController | null = null;
  /** The choice that was made finally last, or is, or could not be. */
  #finished: { key: string; run: AbortController } | null = null;
  /** What was spread last, over which colours. */
  #spread: { base: ChromaPlanes; key: string; colours: ChromaPlanes } | null = null;
  readonly #latest = new LatestWins();
  /** Colours that the engine draws with; null are those of its run. */
  #shown: ChromaPlanes | null = null;
  #sourceVersion: number;

  constructor(photo: Photo, host: Host) {
    this.photo = photo;
    this.#host = host;
    this.colourings = new Colourings(photo, host.preset);
    this.#sourceVersion = photo.source.version;
    photo.followers.push(this);
    this.ran();
  }

  get now(): Recolour {
    return this.photo.settings.recolour;
  }
  /** What the sheet shows: DDColor's answer, the choice where it is no longer among the others, and these. */
  readonly sheet: readonly Colouring[] = $derived.by(() => {
    const first = [this.colourings.of(null), this.colourings.of(this.now.chosen)];
    const others = first.filter((one, i) => first.indexOf(one) === i && !this.#sheet.includes(one));
    return [...others, ...this.#sheet];
  });
  get chosen(): Colouring {
    return this.colourings.of(this.now.chosen);
  }
  /** Whether pressing the button adds to the sheet: nothing else is wished than when it was drawn. */
  readonly wouldAdd = $derived(this.#sheet.length > 0 && this.#drawnFor === wishesKey(this.now));
  /** Whether the sheet was drawn for other wishes. */
  readonly isStale = $derived(this.#sheet.length > 0 && !this.wouldAdd);
  /** How the colours shown were made, in a few words. */
  get made(): string {
    return this.chosen.planes?.made ?? '';
  }
  get isBusy(): boolean {
    return this.colourings.doing !== null;
  }
  get trouble(): Trouble | null {
    return this.#trouble;
  }

  /** Changes wishes or choice; `gesture` as in the photograph's own settings. */
  change(part: Partial<Recolour>, gesture: string | null = null): void {
    this.photo.change({ recolour: { ...this.now, ...part } }, gesture);
  }

  /** Adds a hint. @returns its index, or null where there are as many as may be. */
  addHint(place: Place, colour: { a: number; b: number }): number | null {
    const { hints } = this.now;
    if (hints.length >= RECOLOUR_RANGES.mostHints) return null;
    this.change({
      hints: [...hints, { ...place, ...colour, radius: RECOLOUR_RANGES.radius.usual }],
    });
    return hints.length;
  }

  /** Moves or colours a hint; changes that follow each other at one hint are undone as one. */
  changeHint(index: number, part: Partial<ColourHint>): void {
    const hints = this.now.hints.map((hint, i) => (i === index ? { ...hint, ...part } : hint));
    this.change({ hints }, `hint ${index} ${Object.keys(part).join()}`);
  }

  removeHint(index: number): void {
    this.change({ hints: this.now.hints.toSpliced(index, 1) });
  }

  /** Keeps the colours that a region has now, whatever is drawn next. */
  lock(outline: readonly Place[]): void {
    this.change({ lock: { outline, keeps: this.now.chosen } });
    announcer.say(words.locked);
  }

  /** Draws a sheet for what is wished now, or adds to it. Never rejects. */
  async draw(): Promise<void> {
    const { vividness, hints, lock } = this.now;
    const first = this.wouldAdd ? Math.max(...this.#sheet.map((c) => c.recipe?.seed ?? 0)) + 1 : 1;
    const seeds = Array.from({ length: SHEET_SIZE }, (_, i) => first + i);
    const added = seeds.map((seed) => this.colourings.of({ seed, vividness, hints, lock }));
    this.#sheet = this.wouldAdd ? [...this.#sheet, ...added] : added;
    this.#drawnFor = wishesKey(this.now);
    this.colourings.keep([...this.#sheet, this.chosen]);
    const missing = added.filter(({ planes }) => !planes);
    if (missing.length === 0) return;
    const run = new AbortController();
    this.#drawing = run;
    const make = () => this.colourings.make(missing, 'draft', run.signal);
    const isWell = await this.#inTurn(make, run);
    // What never came is no button.
    this.#sheet = this.#sheet.filter(({ planes }) => planes);
    if (isWell) announcer.say(words.drawn(this.#sheet.length));
  }

  /** Gives the photograph these colours; those of a draft are made finally after it. */
  choose(colouring: Colouring): void {
    if (colouring.planes && colouring !== this.chosen) this.change({ chosen: colouring.recipe });
  }

  /** Ends what the engine does for this; what was done stays. */
  cancel(): void {
    for (const run of this.#runs) run.abort();
  }

  /** The tool is closed: no more is drawn, but what was chosen is made finally. */
  leave(): void {
    this.#drawing?.abort();
  }

  /** Does what can be done about the trouble: what failed once more, or nothing. */
  answerTrouble(): void {
    const isToRetry = this.#trouble?.action === 'retry';
    this.#trouble = null;
    if (!isToRetry) return;
    this.#finished = null;
    this.settingsChanged();
    if (this.#sheet.length === 0) void this.draw();
  }

  /** Tells of a failure in this tool's own place. @param words in place of the usual ones. */
  complain(thrown: unknown, words: Partial<Trouble> = {}): void {
    const trouble = troubleOf(thrown);
    if (!trouble) return;
    this.#trouble = { ...trouble, action: 'retry', ...words };
    this.#host.journal.note(this.photo.name, thrown);
    announcer.say(trouble.happened);
  }

  settingsChanged(): void {
    void this.#latest.ask(() => this.#show());
  }

  rested(): void {
    this.cancel();
  }

  ran(): void {
    this.#shown = null;
    this.photo.howRecoloured = null;
    if (this.#sourceVersion !== this.photo.source.version) {
      this.#sourceVersion = this.photo.source.version;
      this.cancel();
      this.colourings.clear();
      this.#sheet = [];
    }
    void this.colourings.learnAnswer().catch((thrown) => this.complain(thrown));
    this.settingsChanged();
  }

  async #spreadOver(base: ChromaPlanes, open: OpenPhotograph): Promise<ChromaPlanes> {
    const { hints, lock } = this.now;
    const key = spotsOf(this.now);
    if (this.#spread?.base === base && this.#spread.key === key) return this.#spread.colours;
    const kept = lock && {
      outline: lock.outline,
      planes: this.colourings.of(lock.keeps).planes ?? base,
    };
    const colours = await open.spreadHints(base, hints, kept);
    this.#spread = { base, key, colours };
    return colours;
  }

  /** Shows the chosen colours, with what is wished since then spread over them. */
  async #show(): Promise<void> {
    const { chosen, hints } = this.now;
    try {
      const open = await this.photo.source.open(this.photo.settings.adjustment);
      const { found } = open;
      if (!found) return;
      const colouring = this.colourings.of(chosen);
      const base = chosen ? colouring.planes : null;
      const isInThem = hints.length === 0 || spotsOf(chosen) === spotsOf(this.now);
      const colours = isInThem ? base : await this.#spreadOver(base ?? found, open);
      if (colours !== this.#shown) {
        await open.choose(colours);
        this.#shown = colours;
        this.photo.howRecoloured = colours && words.how(colours);
        this.photo.coloursChanged();
        // A draft is on the screen before its network takes the processor.
        await this.photo.redraw?.();
      }
      if (chosen && !colouring.isFinal) void this.#finish(colouring);
    } catch (thrown) {
      this.complain(thrown);
    }
  }

  /** Makes the chosen colours finally, once, in place of any others that were being made so. */
  async #finish(colouring: Colouring): Promise<void> {
    const key = keyOf(colouring.recipe);
    if (this.#finished?.key === key) return;
    this.#finished?.run.abort();
    const run = new AbortController();
    this.#finished = { key, run };
    const make = () => this.colourings.make([colouring], 'final', run.signal);
    if (await this.#inTurn(make, run)) this.settingsChanged();
  }

  /** Runs after those before it. @returns whether it came to its end. */
  async #inTurn(work: () => Promise<void>, run = new AbortController()): Promise<boolean> {
    const before = this.#turn;
    this.#runs = [...this.#runs, run];
    const turn = before.then(async () => {
      throwIfAborted(run.signal);
      this.#trouble = null;
      await work();
    });
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
      return true;
    } catch (thrown) {
      this.complain(thrown);
      return false;
    } finally {
      this.#runs = this.#runs.filter((other) => other !== run);
    }
  }
}

/** Hints and lock alone: what can be spread without the network. */
function spotsOf(wishes: Pick<Recolour, 'hints' | 'lock'> | null): string {
  const { hints = [], lock = null } = wishes ?? {};
  return wishesKey({ vividness: 1, hints, lock });
}
