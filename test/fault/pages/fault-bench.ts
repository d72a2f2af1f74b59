import { releaseWhenHidden } from '../../../src/app/release-when-hidden.ts';
import { Engine } from '../../../src/worker/client.ts';
import type { Counts, FaultOrder } from '../messages.ts';
import { STRIKES_DOWNLOAD, type FaultEntry, type PlannedFault } from '../kinds.ts';
import { colourBatch, type BatchListener, type BatchOutcome } from './colour-batch.ts';
import type { DrawnPhotograph } from './drawn-photographs.ts';
import { FaultyWorkers, startFaultyEngine } from './faulty-workers.ts';
import { earnTrust, giveBack, SILENCE_LIMITS } from './give-back.ts';
import { hidePage } from './hidden-page.ts';
import { damageShard, forgetContent, forgetMachine, isContentKept } from './kept-content.ts';
import { colourOf, implausibility } from './plausible.ts';
import { RecoveryClock } from './recovery-clock.ts';

/** Longest that one batch may take, with everything that it steps down through. */
const BATCH_PATIENCE_MS = 300_000;

/** Least colour of a reference: a network that gives gray would make every check below it idle. */
const LEAST_COLOUR = 3;

/** One fault after another, each under a batch of photographs. */
export class FaultBench {
  readonly #workers = new FaultyWorkers(startFaultyEngine);
  readonly #engine: Engine;
  readonly #drawn: readonly DrawnPhotograph[];
  readonly #size: number;
  readonly #references: Uint8ClampedArray[] = [];
  /** What batches of so many photographs count without faults. */
  readonly #clean = new Map<number, Counts>();

  constructor(drawn: readonly DrawnPhotograph[], size: number) {
    this.#drawn = drawn;
    this.#size = size;
    this.#engine = new Engine(this.#workers.start, SILENCE_LIMITS);
    releaseWhenHidden(this.#engine);
  }

  /** Learns what batches do and show without faults. @throws where they fail already. */
  async prepare(batches: readonly number[]): Promise<void> {
    for (const photographs of [...batches].sort((a, b) => b - a)) {
      await forgetContent();
      const outcomes = await this.#colour(photographs);
      const [census] = await this.#workers.census();
      const failed = outcomes.find(
        ({ pixels, report }) => !pixels || report?.plan.backend !== 'webgpu',
      );
      if (failed || !census) {
        throw new Error(`Without a fault: ${failed?.steps.join(' ') ?? 'no worker is there'}`);
      }
      this.#clean.set(photographs, census.counts);
      outcomes.forEach(({ pixels }, i) => (this.#references[i] = pixels!));
      await giveBack(this.#engine, this.#workers);
    }
    const dull = this.#references.find((pixels) => colourOf(pixels) < LEAST_COLOUR);
    if (dull) throw new Error('The network gives gray: nothing could be told from it.');
  }

  /** One run. Never rejects. */
  async run(planned: PlannedFault): Promise<FaultEntry> {
    const { kind, photographs } = planned;
    const clean = this.#clean.get(photographs)!;
    if (STRIKES_DOWNLOAD.has(kind)) await forgetContent();
    else if (!(await isContentKept())) await this.#fetchContent();
    await forgetMachine();
    earnTrust(this.#engine);
    const order: FaultOrder = { ...planned, clean };
    const clock = new RecoveryClock();
    const listener: BatchListener = {
      onTurn: (index) => clock.turnTo(`photograph ${index + 1}`),
      onStepDone: clock.onStepDone,
    };
    if (kind === 'shard-corrupted') clock.strike(await damageShard(planned.share, planned.draw));
    else this.#arm(order, clock);
    const outcomes = await this.#colour(photographs, listener);
    this.#workers.disarm();
    const reasons = outcomes.map(({ pixels }, i) =>
      pixels ? implausibility(pixels, this.#references[i]!) : 'no colours',
    );
    const steps = outcomes.flatMap((outcome, i) => stepsOf(outcome, i, reasons[i] ?? null));
    const lost = reasons.filter((reason) => reason !== null).length;
    const { leakedBytes, devices } = await giveBack(this.#engine, this.#workers);
    if (devices > 0) steps.push(`Devices left open: ${devices}.`);
    const recovered = lost === 0 && devices === 0 && clock.at !== null;
    const at = clock.at ?? 'never';
    const { recoveryMs } = clock;
    const ended = lost === 0 ? 'done' : 'lost';
    return { fault: kind, at, steps, recovered, ended, recoveryMs, photographs, lost, leakedBytes };
  }

  #arm(order: FaultOrder, clock: RecoveryClock): void {
    this.#workers.arm(order, {
      onStruck: clock.strike,
      onReached: (_, worker) => {
        if (order.kind === 'page-hidden') void hidePage();
        // Nobody is told, as where the system ends a worker; the other half crash by an error of their own.
        else if (order.draw >= 0.5) worker.terminate();
      },
    });
  }

  async #fetchContent(): Promise<void> {
    await this.#colour(1);
    await giveBack(this.#engine, this.#workers);
  }

  async #colour(photographs: number, listener?: BatchListener): Promise<BatchOutcome[]> {
    const drawn = this.#drawn.slice(0, photographs);
    const stop = new AbortController();
    const { promise: late, resolve } = Promise.withResolvers<BatchOutcome[]>();
    const timer = setTimeout(() => {
      stop.abort();
      const steps = ['The batch did not end.'];
      resolve(drawn.map(() => ({ pixels: null, steps, report: null })));
    }, BATCH_PATIENCE_MS);
    const coloured = colourBatch(this.#engine, drawn, this.#size, listener, stop.signal);
    const outcomes = await Promise.race([coloured, late]);
    clearTimeout(timer);
    return outcomes;
  }
}

function stepsOf({ steps }: BatchOutcome, index: number, reason: string | null): string[] {
  const all = reason === null ? steps : [...steps, `Lost: ${reason}.`];
  return all.map((step) => `${index + 1}: ${step}`);
}
