import { assert } from '../../shared/errors.ts';
import type { ChromaPlanes, Preset, Progress } from '../../worker/protocol.ts';
import type {
  KeptRegion,
  Lock,
  PreviewImage,
  RecolourAsk,
  RecolourMode,
  RecolourReport,
  Recipe,
} from '../../worker/recolour-protocol.ts';
import { writtenDown } from '../diagnostics/written-down.ts';
import type { Photo } from '../photo/photo.svelte.ts';
import { keyOf } from './recipe.ts';

/** One colouring of a photograph: what it is made of, and how far it is. */
export class Colouring {
  /** Null is DDColor's own answer. */
  readonly recipe: Recipe | null;
  /** What it looks like so far; null before its first step. */
  picture = $state.raw<PreviewImage | null>(null);
  /** Steps taken of how many; 0 of 0 before it begins. */
  step = $state(0);
  steps = $state(0);
  /** Its colours: those of a draft until it is made finally; null before it is done. */
  planes = $state.raw<ChromaPlanes | null>(null);
  isFinal = $state(false);

  constructor(recipe: Recipe | null) {
    this.recipe = recipe;
  }
}

/** What a run of the network is doing: one of the engine's stages, or how many colourings are done. */
export type Doing =
  | { stage: 'fetch'; progress: Progress & { stage: 'fetch' } }
  | { stage: 'load' | 'warm-up' | 'look' }
  | { stage: 'sample'; done: number; count: number };

/** Every colouring of one photograph that was asked for, made by the engine when it is needed. */
export class Colourings {
  readonly #photo: Photo;
  readonly #preset: () => Preset | null;
  #all: Record<string, Colouring> = {};
  /** What the engine does now; null while it does nothing of this. */
  doing = $state.raw<Doing | null>(null);
  /** What the last run of several took. */
  report = $state.raw<{ count: number; report: RecolourReport } | null>(null);

  constructor(photo: Photo, preset: () => Preset | null) {
    this.#photo = photo;
    this.#preset = preset;
  }

  /** The colouring of a recipe, made or not. */
  of(recipe: Recipe | null): Colouring {
    const key = keyOf(recipe);
    return (this.#all[key] ??= new Colouring(recipe));
  }

  /** Forgets drafts that nobody chose, but these: they can be made again. */
  keep(colourings: readonly Colouring[]): void {
    const isKept = (colouring: Colouring) => colouring.isFinal || colourings.includes(colouring);
    const kept = Object.entries(this.#all).filter(([, colouring]) => isKept(colouring));
    this.#all = Object.fromEntries(kept);
  }

  /** Forgets all: the photograph was turned. */
  clear(): void {
    this.#all = {};
    this.report = null;
  }

  /** Takes the run's own answer, with its picture. @throws {AppError} where it cannot be drawn. */
  async learnAnswer(): Promise<void> {
    const open = await this.#photo.source.open(this.#photo.settings.adjustment);
    const answer = this.of(null);
    if (!open.found || answer.planes === open.found) return;
    answer.planes = open.found;
    answer.isFinal = true;
    await this.#look(answer);
  }

  /**
   * Makes colourings that share their wishes; each is there as soon as it is done.
   * @throws {AppError} any code; those that were done stay.
   */
  async make(
    colourings: readonly Colouring[],
    mode: RecolourMode,
    signal: AbortSignal,
  ): Promise<void> {
    const recipes = colourings.map(({ recipe }) => recipe).filter((recipe) => recipe !== null);
    const [first] = recipes;
    if (!first) return;
    const { vividness, hints } = first;
    const lock = first.lock && (await this.#kept(first.lock, signal));
    const open = await this.#photo.source.open(this.#photo.settings.adjustment, signal);
    const preset = this.#preset();
    const ask: RecolourAsk = {
      ...{ seeds: recipes.map(({ seed }) => seed), vividness, hints, lock, mode },
      ...{ device: 'auto', ...(preset && { preset }) },
    };
    this.doing = { stage: 'load' };
    try {
      const report = await writtenDown(
        this.#photo,
        { task: 'recolour', kind: mode, wanted: recipes.length },
        (progress) => this.#hear(progress, colourings, mode),
        (onProgress) => open.recolour(ask, { signal, onProgress }),
        // All of its tries are told.
        () => null,
      );
      if (recipes.length > 1) this.report = { count: recipes.length, report };
    } finally {
      this.doing = null;
      for (const colouring of colourings) if (!colouring.planes) colouring.step = 0;
    }
  }

  /** Colours of a recipe, made where they are not here. @throws {AppError} any code. */
  async planesOf(recipe: Recipe | null, signal: AbortSignal): Promise<ChromaPlanes> {
    const colouring = this.of(recipe);
    if (!colouring.planes) {
      if (recipe) await this.make([colouring], 'final', signal);
      else await this.learnAnswer();
    }
    assert(colouring.planes, 'A colouring that was made has colours.');
    return colouring.planes;
  }

  /** Draws what a finished colouring looks like: previews are coarse. */
  async #look(colouring: Colouring): Promise<void> {
    const { planes } = colouring;
    if (!planes) return;
    const open = await this.#photo.source.open(this.#photo.settings.adjustment);
    colouring.picture = await open.glimpse(planes);
  }

  async #kept({ outline, keeps }: Lock, signal: AbortSignal): Promise<KeptRegion> {
    return { outline, planes: await this.planesOf(keeps, signal) };
  }

  #hear(progress: Progress, all: readonly Colouring[], mode: RecolourMode): void {
    if (progress.stage === 'fetch') this.doing = { stage: 'fetch', progress };
    if (progress.stage === 'notice') this.#photo.messages.showNotice(progress.sentence);
    if (progress.stage !== 'recolour') return;
    const { event } = progress;
    const ofSeed = (seed: number) => all.find(({ recipe }) => recipe?.seed === seed);
    const isDone = ({ planes, isFinal }: Colouring) =>
      planes !== null && (mode === 'draft' || isFinal);
    if (event.kind === 'stage' && event.stage !== 'sample') {
      this.doing = { stage: event.stage };
      return;
    }
    if (event.kind === 'step') {
      const colouring = ofSeed(event.state.seed);
      if (!colouring) return;
      // A finished draft's own picture is better than any preview.
      if (!colouring.planes) colouring.picture = event.preview;
      colouring.step = event.step;
      colouring.steps = event.steps;
    }
    if (event.kind === 'candidate') {
      const colouring = ofSeed(event.candidate.seed);
      if (!colouring) return;
      colouring.planes = event.candidate.planes;
      colouring.isFinal = mode === 'final';
      // The preview stays where a better picture cannot be had.
      void this.#look(colouring).catch(() => undefined);
    }
    this.doing = { stage: 'sample', done: all.filter(isDone).length, count: all.length };
  }
}
