import { isEmptyMask, EMPTY_MASK, type MaskRecipe } from '../../image/mask/mask-recipe.ts';
import type { DamageMap } from '../../image/mask/damage-map.ts';
import { maskShare } from '../../image/mask/mask-share.ts';
import type { Adjustment, Progress } from '../../worker/protocol.ts';
import type {
  Repair,
  RepairMode,
  RepairPreview,
  RepairReport,
} from '../../worker/repair-protocol.ts';
import { writtenDown, type Hear } from '../diagnostics/written-down.ts';
import { words } from '../i18n/repair.ts';
import { History } from '../photo/history.svelte.ts';
import type { Photo } from '../photo/photo.svelte.ts';
import { isSameAdjustment } from '../photo/settings.ts';
import { troubleOf } from '../photo/trouble.ts';
import { announcer } from '../ui/announcer.svelte.ts';
import { Brush } from './brush.svelte.ts';

/** What is going on. */
export type RepairWork = 'finding' | 'repairing' | 'removing';

/** The marks on one photograph, turned in one way, and its repair. */
export class RepairTool {
  readonly marks = new History<MaskRecipe>(EMPTY_MASK);
  readonly brush: Brush;
  mode = $state<RepairMode>('draft');
  /** Whether marks and brush are on the picture; else it is seen before and after. */
  isMarking = $state(true);
  readonly #photo: Photo;
  readonly #adjustment: Adjustment;
  #map = $state.raw<DamageMap | null>(null);
  #work = $state<RepairWork | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #preview = $state.raw<RepairPreview | null>(null);
  #repair = $state.raw<Repair | null>(null);
  #said = $state<string | null>(null);
  /** How the repair was made, in words; null where there is none. */
  #how: string | null = null;
  #stop: AbortController | null = null;

  /** About how much of the picture is marked, 0–1. */
  readonly share = $derived.by(() => {
    const { info } = this.#photo;
    if (!info || isEmptyMask(this.recipe)) return 0;
    return maskShare(this.recipe, { width: info.width, height: info.height }, this.#map);
  });

  constructor(photo: Photo, adjustment: Adjustment) {
    this.#photo = photo;
    this.#adjustment = adjustment;
    this.brush = new Brush(this.marks);
    photo.followers.push({
      settingsChanged: () => this.#tellHow(),
      ran: () => undefined,
      rested: () => this.cancel(),
    });
  }

  get recipe(): MaskRecipe {
    return this.marks.present;
  }
  /** Damage that was found; null before it was looked for. */
  get map(): DamageMap | null {
    return this.#map;
  }
  get work(): RepairWork | null {
    return this.#work;
  }
  /** What a repair under way expects to fill in; null where nothing is known yet. */
  get preview(): RepairPreview | null {
    return this.#preview;
  }
  get repair(): Repair | null {
    return this.#repair;
  }
  /** What is going on, or what came of the last work, in words; null before it. */
  get words(): string | null {
    if (this.#work === null) return this.#said;
    return (this.#progress && words.progress(this.#progress)) ?? words.waiting;
  }
  /** How far the step under way is, 0–1; null where that is not known. */
  get progressShare(): number | null {
    const now = this.#progress;
    if (now?.stage === 'fetch') return now.loadedBytes / Math.max(1, now.totalBytes);
    if (now?.stage === 'searched') return now.tile / now.tiles;
    if (now?.stage !== 'sampling' && now?.stage !== 'sampled') return null;
    const { step, steps, tile, tiles } = now.place;
    return (step - 1 + tile / tiles) / steps;
  }
  get canRepair(): boolean {
    return this.#work === null && !isEmptyMask(this.recipe);
  }

  /** How much of the found damage counts; joins the drag it is part of. */
  setSensitivity(sensitivity: number): void {
    this.marks.set({ ...this.recipe, sensitivity }, 'sensitivity');
  }

  /** Takes all marks away. */
  clear(): void {
    this.marks.set(EMPTY_MASK);
  }

  undo(): void {
    if (!this.marks.canUndo) return;
    this.marks.undo();
    announcer.say(`${words.undone} ${words.marked(this.share)}`);
  }

  redo(): void {
    if (!this.marks.canRedo) return;
    this.marks.redo();
    announcer.say(`${words.redone} ${words.marked(this.share)}`);
  }

  /** Looks for damage. Never rejects. */
  findDamage(): Promise<void> {
    return this.#do('finding', words.find, async (signal, onProgress) => {
      const open = await this.#photo.source.openAs(this.#adjustment, signal);
      const found = await this.#run('find', 'auto', onProgress, (listener) =>
        open.repair.findDamage({ signal, onProgress: listener }),
      );
      this.#map = found.map;
      this.isMarking = true;
      const sensitivity = this.recipe.sensitivity || found.sensitivity;
      this.marks.set({ ...this.recipe, sensitivity });
      return words.found(this.share);
    });
  }

  /** Repairs what is marked, and has the result coloured. Never rejects. */
  fillIn(): Promise<void> {
    const { recipe, mode } = this;
    const before = this.#repair?.recipe;
    // The same once more is asked by those who want another.
    const isAgain = before?.mask === recipe && before.mode === mode;
    const seed = isAgain ? before.seed + 1 : 1;
    return this.#do('repairing', words.repair, async (signal, onProgress) => {
      const open = await this.#photo.source.openAs(this.#adjustment, signal);
      const order = { mask: recipe, mode, seed };
      const { repair, report } = await this.#run('repair', mode, onProgress, (listener) =>
        open.repair.repair(order, this.#map, { signal, onProgress: listener }),
      );
      if (!repair) return words.nothing;
      this.#repair = { ...repair, recipe: { ...repair.recipe, mask: recipe } };
      this.isMarking = false;
      this.#how = words.how(repair);
      this.#show();
      return `${words.repaired(repair, report)} ${words.guess}`;
    });
  }

  /** Takes the repair away; marks stay. Never rejects. */
  remove(): Promise<void> {
    return this.#do('removing', words.remove, async (signal) => {
      const open = await this.#photo.source.openAs(this.#adjustment, signal);
      await open.repair.remove();
      this.#repair = null;
      this.#how = null;
      this.isMarking = true;
      this.#show();
      return words.removed;
    });
  }

  cancel(): void {
    this.#stop?.abort();
  }

  /** Shows the photograph as it is now, and has it coloured: the network has seen another. */
  #show(): void {
    this.#tellHow();
    this.#photo.coloursChanged();
    this.#photo.retry();
  }

  /** Says how the repair was made, where the photograph is turned as it was then. */
  #tellHow(): void {
    const photo = this.#photo;
    const isMine = isSameAdjustment(photo.settings.adjustment, this.#adjustment);
    if (isMine) photo.howRepaired = this.#how;
    else if (photo.howRepaired === this.#how) photo.howRepaired = null;
  }

  #run<T extends { report: RepairReport }>(
    task: 'find' | 'repair',
    kind: string,
    listener: Hear,
    work: (listener: Hear) => Promise<T>,
  ): Promise<T> {
    const wish = { task, kind, wanted: null };
    return writtenDown(this.#photo, wish, listener, work, ({ report }) => report);
  }

  async #do(
    work: RepairWork,
    name: string,
    task: (signal: AbortSignal, hear: (progress: Progress) => void) => Promise<string>,
  ): Promise<void> {
    if (this.#work !== null) return;
    const controller = new AbortController();
    this.#stop = controller;
    this.#work = work;
    this.#said = null;
    announcer.say(name);
    try {
      const hear = (progress: Progress) => {
        // Progress has a way of its own: it may come after the answer.
        if (this.#stop === controller) this.#hear(progress);
      };
      this.#say(await task(controller.signal, hear));
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      // Runs are in the journal already.
      if (trouble && work === 'removing') this.#photo.journal.note(this.#photo.name, thrown);
      this.#say(trouble ? `${trouble.happened} ${trouble.advice}` : words.cancelled);
    } finally {
      this.#stop = null;
      this.#work = null;
      this.#progress = null;
      this.#preview = null;
    }
  }

  #hear(progress: Progress): void {
    if (progress.stage === 'notice') announcer.say(progress.sentence);
    if (progress.stage === 'sampled') {
      this.#preview = progress.preview;
      announcer.say(words.progress(progress)!);
    }
    if (['begin', 'attempt', 'memory', 'notice'].includes(progress.stage)) return;
    this.#progress = progress;
  }

  #say(sentence: string): void {
    this.#said = sentence;
    announcer.say(sentence);
  }
}
