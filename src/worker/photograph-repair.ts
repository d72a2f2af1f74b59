import type { Remote } from 'comlink';
import type { DamageMap } from '../image/mask/damage-map.ts';
import type { RepairState } from '../pipelines/repair/job.ts';
import type { Outcome } from '../shared/outcome.ts';
import type { Engine } from './client.ts';
import type { Adjustment, EngineApi, Progress, RunPast } from './protocol.ts';
import type { DamageSearch, Repair, RepairRecipe, RepairReport } from './repair-protocol.ts';
import { RunMemory } from './run-memory.ts';
import type { ListeningJobOptions, SendJob, WorkerLife } from './worker-life.ts';

/** What the repair of a photograph needs of the photograph. */
export type RepairHost = {
  readonly id: string;
  readonly engine: Pick<Engine, 'trust' | 'life'>;
  adjustment(): Adjustment;
  /** Calls the worker once the photograph is open in it. */
  call<T>(send: (remote: Remote<EngineApi>) => Promise<Outcome<T>>): Promise<T>;
  job<T>(options: ListeningJobOptions, send: SendJob<T>): Promise<T>;
};

/**
 * The repair of an open photograph as the page sees it: it outlives workers, and belongs to the way in which the
 * photograph is turned.
 */
export class PhotographRepair {
  readonly #host: RepairHost;
  readonly #repairs = new Map<string, Repair>();

  constructor(host: RepairHost) {
    this.#host = host;
  }

  /** What was repaired; null where nothing was, as the photograph is turned now. */
  get present(): Repair | null {
    return this.#repairs.get(nameOf(this.#host.adjustment())) ?? null;
  }

  /** Searches the photograph for damage. @throws {AppError} any code; nothing is changed. */
  async findDamage(options: ListeningJobOptions = {}): Promise<DamageSearch> {
    return this.#outlive(
      options,
      (past) => (remote, job, listen) => remote.findDamage(job, this.#host.id, past, listen),
    );
  }

  /**
   * Repairs the photograph in place of the repair before. Where the worker dies at it, the next one goes on from the
   * last step that stands. Null where nothing was marked: nothing is changed then.
   * @throws {AppError} any code; the repair before stands.
   */
  async repair(
    recipe: RepairRecipe,
    map: DamageMap | null,
    options: ListeningJobOptions = {},
  ): Promise<{ repair: Repair | null; report: RepairReport }> {
    const name = nameOf(this.#host.adjustment());
    let state: RepairState | null = null;
    const onProgress = (progress: Progress) => {
      if (progress.stage === 'sampled') ({ state } = progress);
      return options.onProgress?.(progress);
    };
    const done = await this.#outlive(
      { ...options, onProgress },
      (past) => (remote, job, listen) =>
        remote.repair(job, this.#host.id, { recipe, map, state }, past, listen),
    );
    if (done.repair) this.#repairs.set(name, done.repair);
    return done;
  }

  /** Takes the repair away: the photograph is what its file has. */
  async remove(): Promise<void> {
    this.#repairs.delete(nameOf(this.#host.adjustment()));
    await this.#host.call((remote) => remote.setRepair(this.#host.id, null));
  }

  /** Gives the repair to a worker in which the photograph was just opened. */
  async bringBack(life: WorkerLife): Promise<void> {
    const { present } = this;
    if (present) await life.call((remote) => remote.setRepair(this.#host.id, present));
  }

  async #outlive<T extends { report: RepairReport }>(
    { signal, onProgress }: ListeningJobOptions,
    call: (past: RunPast) => SendJob<T>,
  ): Promise<T> {
    const { engine, job } = this.#host;
    const { trust } = engine;
    const isGpuLeftOut = !trust.isEarned();
    const memory = new RunMemory(onProgress);
    const send = () =>
      job({ signal, onProgress: memory.hear }, call({ failed: memory.failed, isGpuLeftOut }));
    try {
      const done = await memory.outlive(send, () => engine.life?.replace());
      trust.learn(done.report.attempts);
      return done;
    } catch (error) {
      trust.learn(memory.failed);
      throw error;
    }
  }
}

function nameOf({ rotation, isNegative }: Adjustment): string {
  return `${rotation} ${isNegative}`;
}
