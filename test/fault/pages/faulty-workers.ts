import type { Census, FaultOrder, FromFaultyWorker, ToFaultyWorker } from '../messages.ts';

/** A worker that does not answer in this time is dead. */
const CENSUS_PATIENCE_MS = 20_000;

/** Starts an engine in which everything can go wrong. @param name as the engine reads it; see `engineName`. */
export function startFaultyEngine(name = ''): Worker {
  return new Worker(new URL('../faulty-engine.worker.ts', import.meta.url), {
    type: 'module',
    name,
  });
}

/** Starts an engine on a small device. */
export function startOnSmallDevice(): Worker {
  return new Worker(new URL('../small-device.worker.ts', import.meta.url), { type: 'module' });
}

/** What the page hears of a fault. */
export type FaultListener = {
  /** It strikes now. */
  onStruck(at: string): void;
  /** The page is to do it now. */
  onReached(at: string, worker: Worker): void;
};

/** The engine's workers, with the platform's faults in them. */
export class FaultyWorkers {
  readonly #startOne: () => Worker;
  readonly #live = new Set<Worker>();
  #armed: { order: FaultOrder; listener: FaultListener; hasStruck: boolean } | null = null;

  /** @param startOne starts a worker whose platform is patched. */
  constructor(startOne: () => Worker) {
    this.#startOne = startOne;
  }

  /** Starts one; a fault that is armed, or lasts, holds for it too. */
  readonly start = (): Worker => {
    const worker = this.#startOne();
    this.#live.add(worker);
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      this.#live.delete(worker);
      terminate();
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Partial<FromFaultyWorker>>) => {
      const { faults } = data ?? {};
      if (faults === 'struck' || faults === 'reached') {
        this.#hear(faults, (data as { at: string }).at, worker);
      }
    });
    const armed = this.#armed;
    if (armed && !armed.hasStruck) send(worker, { faults: 'arm', order: armed.order });
    else if (armed?.order.isLasting) {
      send(worker, { faults: 'arm', order: { ...armed.order, share: stillShare(armed.order) } });
    }
    return worker;
  };

  arm(order: FaultOrder, listener: FaultListener): void {
    this.#armed = { order, listener, hasStruck: false };
    for (const worker of this.#live) send(worker, { faults: 'arm', order });
  }

  disarm(): void {
    this.#armed = null;
    for (const worker of this.#live) send(worker, { faults: 'disarm' });
  }

  /** What all live workers hold on the GPU together, and what they have done since the last time. */
  async census(): Promise<Census[]> {
    return Promise.all([...this.#live].map(censusOf));
  }

  #hear(faults: 'struck' | 'reached', at: string, worker: Worker): void {
    const armed = this.#armed;
    if (!armed) return;
    if (!armed.hasStruck) armed.listener.onStruck(at);
    armed.hasStruck = true;
    if (faults === 'reached') armed.listener.onReached(at, worker);
  }
}

/** A later worker meets a lasting fault at once; memory stays as short as it was. */
function stillShare({ kind, share }: FaultOrder): number {
  return kind === 'out-of-memory' ? share : 0;
}

async function censusOf(worker: Worker): Promise<Census> {
  const { promise, resolve } = Promise.withResolvers<Census>();
  const hear = ({ data }: MessageEvent<Partial<FromFaultyWorker>>) => {
    if (data?.faults === 'census') resolve(data as Census);
  };
  worker.addEventListener('message', hear);
  send(worker, { faults: 'census' });
  const timer = setTimeout(() => resolve(NOTHING), CENSUS_PATIENCE_MS);
  const census = await promise;
  clearTimeout(timer);
  worker.removeEventListener('message', hear);
  return census;
}

const NOTHING: Census = {
  counts: {
    calls: 0,
    submits: 0,
    waits: 0,
    pipelines: 0,
    outputs: 0,
    answers: 0,
    readbacks: 0,
    puts: 0,
    fetches: 0,
    peakBytes: 0,
  },
  liveBytes: 0,
  devices: 0,
};

function send(worker: Worker, message: ToFaultyWorker): void {
  worker.postMessage(message);
}
