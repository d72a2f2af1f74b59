import { AppError } from '../shared/errors.ts';
import type { Engine } from '../worker/client.ts';
import type { EngineAddresses } from '../worker/guest-engine.ts';
import { InTurn } from './in-turn.ts';

/** The page's engines by where their programs and models come from: nearly always one. */
const engines = new Map<string, SharedEngine>();

/** After so long without work, networks and their memory are given back; the next work brings them again. */
const IDLE_MS = 60_000;

/** The engine as one of its holders has it. */
export type HeldEngine = {
  readonly engine: Engine;
  /** Whether work that is asked for now would wait. */
  isBusy: () => boolean;
  /** As {@link InTurn.do}, among all holders: one photograph at a time is in memory. */
  inTurn: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  /** Goes without it; with the last holder the worker ends, and all that it holds. */
  letGo: () => void;
};

/**
 * The engine that everything embedded in a page shares: one worker, one queue, weights once. Its program is
 * fetched with the first holder.
 * @throws {AppError} `worker/unreachable` where the program cannot be had.
 */
export async function holdEngine(addresses: EngineAddresses = {}): Promise<HeldEngine> {
  const client = await import('../worker/guest-engine.ts').catch((cause: unknown) => {
    const { host } = new URL(import.meta.url);
    const sentence = `The program that colours could not be fetched from ${host}.`;
    throw new AppError('worker/unreachable', sentence, { cause });
  });
  const name = [addresses.engine, addresses.catalogue].join(' ');
  const shared = engines.get(name) ?? new SharedEngine(client.guestEngine(addresses));
  engines.set(name, shared);
  const holder = {};
  shared.holders.add(holder);
  return {
    engine: shared.engine,
    isBusy: () => shared.isBusy,
    inTurn: (work, signal) => shared.inTurn(work, signal),
    letGo() {
      if (!shared.holders.delete(holder) || shared.holders.size > 0) return;
      if (engines.get(name) === shared) engines.delete(name);
      shared.end();
    },
  };
}

class SharedEngine {
  readonly engine: Engine;
  readonly holders = new Set<object>();
  readonly #queue = new InTurn();
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get isBusy(): boolean {
    return this.#queue.length > 0;
  }

  async inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    clearTimeout(this.#idle);
    try {
      return await this.#queue.do(work, signal);
    } finally {
      if (!this.isBusy && this.holders.size > 0) this.#restLater();
    }
  }

  end(): void {
    clearTimeout(this.#idle);
    this.engine.close();
  }

  #restLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.engine.release().catch(() => undefined), IDLE_MS);
  }
}
