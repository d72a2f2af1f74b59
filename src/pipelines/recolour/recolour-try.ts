import { letMessagesIn } from '../../shared/let-messages-in.ts';
import { throwIfAborted } from '../../shared/errors.ts';
import type { Gpu } from '../../runtime/gpu.ts';
import { guideOf, networkInput, type NetworkInput } from '../colorize/network-input.ts';
import { assertPlausible } from '../colorize/output-check.ts';
import type { Place } from '../colorize/place.ts';
import { assertAnswer } from '../diffusion/answer-check.ts';
import { levelAt, noiseLevels } from '../diffusion/noise-levels.ts';
import { linearSchedule } from '../diffusion/sigma-schedules.ts';
import { contentOfCells, lightnessOfCells } from './cells.ts';
import type { RecolourChoice } from './choices.ts';
import { drawBatch, newCandidate, type Estimate } from './draw-batch.ts';
import type { CandidateState, RecolourTimes } from './events.ts';
import { headKey, openHeadOnGpu, type RecolourModels } from './gpu-head.ts';
import type { OpenHead } from './head.ts';
import type { RecolourJob } from './job.ts';
import { knownColours, withLocked, type KnownColours } from './known-colours.ts';
import { RecolourPreview } from './preview.ts';
import type { Reached } from './recolour.ts';
import { madeOf } from './recolour-words.ts';
import type { AbPlanes } from './request.ts';
import { openHeadOnWasm } from './wasm-head.ts';

/** sRGB has no colour beyond it; the gamut itself is kept where colours are drawn. */
const MOST_AB = 128;
/** What no trained head answers: its unit is some sixteen of Lab, and noise lies within five. */
const BEYOND_REASON = 64;

/** What of a photograph is the same for all candidates. */
type Subject = { input: NetworkInput; known: KnownColours; preview: RecolourPreview };

/** One try of a request: everything that is left of it, in one way. */
export class RecolourTry {
  /** The device that it runs on; null on the processor and before it is open. */
  gpu: Gpu | null = null;
  readonly #job: RecolourJob;
  readonly #choice: RecolourChoice;
  readonly #reached: Reached;
  readonly #ms: RecolourTimes;
  #since = performance.now();

  /** @param reached is added to; what is in it stands, whatever happens. */
  constructor(job: RecolourJob, choice: RecolourChoice, reached: Reached, ms: RecolourTimes) {
    this.#job = job;
    this.#choice = choice;
    this.#reached = reached;
    this.#ms = ms;
  }

  /** @throws {AppError} any code; whatever a runtime throws. */
  async run(): Promise<void> {
    const { request, listener, signal, places } = this.#job;
    const { done } = this.#reached;
    if (request.seeds.every((seed) => done.has(seed))) return;
    listener.onStage?.('load');
    const { backend, peakBytes } = this.#choice;
    const models = await this.#bring();
    const head = await places.watch('load', this.#choice, async () => {
      const place = await places.open(backend, peakBytes, signal);
      if (place.backend === 'webgpu') this.gpu = place.gpu;
      return this.#open(place, models);
    });
    try {
      await letMessagesIn();
      throwIfAborted(signal);
      listener.onStage?.('look');
      const subject = await places.watch('look', this.#choice, () => this.#look(head));
      this.#clock('look');
      listener.onStage?.('sample');
      for (let batch = this.#next(head); batch.length > 0; batch = this.#next(head)) {
        await this.#draw(head, subject, batch);
      }
    } finally {
      head.release();
    }
  }

  async #bring(): Promise<RecolourModels> {
    const { coloriser, recolourer, listener, signal } = this.#job;
    const { backend } = this.#choice;
    const options = { signal, onProgress: listener.onFetch?.bind(listener) };
    const encoderFiles = await coloriser.bring(backend, options);
    const headFiles = await recolourer.bring(backend, options);
    throwIfAborted(signal);
    return { coloriser, recolourer, encoderFiles, headFiles };
  }

  /** Opens the networks. Where the head is new its kernels are compiled and run once, which is told as a stage. */
  async #open(place: Place, models: RecolourModels): Promise<OpenHead> {
    const { listener, recolourer, signal } = this.#job;
    const isNew =
      place.backend === 'webgpu' && !place.pool.has(headKey(recolourer.card.id, this.#choice));
    this.#clock('load');
    if (!isNew) {
      const head = await this.#opened(place, models);
      this.#clock('load');
      return head;
    }
    listener.onStage?.('warm-up');
    const head = await this.#opened(place, models);
    const latent = new Float32Array(head.batch * 2 * head.width * head.height);
    const level = levelAt(noiseLevels('flow', linearSchedule(1)), 0);
    for (const branches of this.#choice.passes) {
      const predictions = new Float32Array(branches.length * latent.length);
      await head.predict({ latent, level, branches, predictions, signal });
    }
    this.#clock('warmUp');
    return head;
  }

  #opened(place: Place, models: RecolourModels): Promise<OpenHead> {
    return place.backend === 'webgpu'
      ? openHeadOnGpu(place, models, this.#choice)
      : openHeadOnWasm(place, models, this.#choice);
  }

  async #look(head: OpenHead): Promise<Subject> {
    const { photograph, request } = this.#job;
    const input = networkInput(photograph.lightness, this.#choice.encoder.network);
    const lightness = lightnessOfCells(input);
    const known = knownColours(request, input, lightness, this.#abScale);
    await head.look(input, { lightness, hints: known.hints });
    return { input, known, preview: new RecolourPreview(input, lightness, this.#abScale) };
  }

  /** The candidates that come next: those that have come furthest, as many as go together. */
  #next({ width, height, batch }: OpenHead): CandidateState[] {
    const { request, recolourer } = this.#job;
    const { done, underWay } = this.#reached;
    const { temperature } = recolourer.card.sampling[request.mode];
    const left = request.seeds
      .filter((seed) => !done.has(seed))
      .map((seed) => {
        const state = underWay.get(seed);
        // On another grid the same noise is another picture's: it begins anew.
        const goesOn = state?.width === width && state.height === height;
        const { steps } = this.#choice;
        return goesOn ? state : newCandidate(seed, steps, { width, height }, temperature);
      });
    const first = left.reduce<CandidateState | null>(
      (most, state) => (most && most.step >= state.step ? most : state),
      null,
    );
    const together = left.filter(
      ({ step, steps }) => step === first?.step && steps === first.steps,
    );
    return together.slice(0, batch);
  }

  async #draw(head: OpenHead, subject: Subject, batch: CandidateState[]): Promise<void> {
    const { request, recolourer, signal } = this.#job;
    const ways = {
      choice: this.#choice,
      vividness: request.vividness,
      sampling: recolourer.card.sampling,
      known: subject.known,
      signal,
    };
    const watched: OpenHead = {
      ...head,
      predict: async (call) => {
        await this.#job.places.watch('step', this.#choice, () => head.predict(call));
        assertAnswer(call.predictions, call.latent, BEYOND_REASON);
      },
    };
    const finish = async (estimates: readonly Estimate[]) => {
      this.#clock('sample');
      for (const estimate of estimates) await this.#tellStep(estimate, subject);
      // A cancelled page is heard between two steps.
      await letMessagesIn();
    };
    await drawBatch(watched, batch, ways, finish);
  }

  async #tellStep({ state, denoised, own }: Estimate, subject: Subject): Promise<void> {
    const { listener } = this.#job;
    const { seed, step, steps } = state;
    const isLast = step === steps;
    if (isLast) this.#assertPlausible(seed, own, subject);
    const began = performance.now();
    const preview = subject.preview.draw(denoised);
    this.#ms.preview += performance.now() - began;
    if (!isLast) this.#reached.underWay.set(seed, state);
    await listener.onStep?.({ seed, step, steps, preview, state });
    if (isLast) await this.#finish(state, subject);
    this.#clock('sample');
  }

  async #finish(state: CandidateState, { input }: Subject): Promise<void> {
    const { request, recolourer, listener } = this.#job;
    const { seed, latent } = state;
    const content = this.#inLab(latent, input);
    const planes = request.lock ? withLocked(content, request.lock) : content;
    const made = madeOf(this.#choice, request, state);
    const { name: modelName } = recolourer.card;
    const candidate = { seed, planes: { ...planes, modelName, made } };
    this.#reached.done.set(seed, candidate);
    this.#reached.underWay.delete(seed);
    await listener.onCandidate?.(candidate);
  }

  /**
   * Of the network's own estimate: what people gave may well be flat or pure. Which step spoilt it is not known, so
   * the candidate begins anew.
   */
  #assertPlausible(seed: number, own: Float32Array, { input }: Subject): void {
    const { width, height, ab } = this.#inLab(own, input);
    const guide = guideOf(this.#job.photograph.lightness, width, height);
    try {
      assertPlausible({ width, height, ab, guide });
    } catch (error) {
      this.#reached.underWay.delete(seed);
      throw error;
    }
  }

  /** Lab ab of what the head draws: what is given must come out as it is, so it is put in by the same number. */
  get #abScale(): number {
    const { network, output } = this.#job.recolourer.card;
    return network.chromaScale * output.chromaGain;
  }

  #inLab(cells: Float32Array, { size }: NetworkInput): AbPlanes {
    const scale = this.#abScale;
    const content = contentOfCells(cells, size);
    const inRange = (value: number) =>
      Number.isNaN(value) ? value : Math.max(-MOST_AB, Math.min(MOST_AB, value * scale));
    return { ...content, ab: content.ab.map(inRange) };
  }

  /** Adds the time since its last call to a stage. */
  #clock(stage: keyof RecolourTimes): void {
    const now = performance.now();
    this.#ms[stage] += now - this.#since;
    this.#since = now;
  }
}
