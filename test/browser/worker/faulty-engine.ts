import { Engine } from '../../../src/worker/client.ts';
import type {
  Census,
  Counts,
  FaultOrder,
  FromFaultyWorker,
  ToFaultyWorker,
} from '../../fault/messages.ts';

/** A real engine in a real worker, between whose program and the platform faults can be put. */
export class FaultyEngine {
  readonly engine: Engine;
  /** Every worker it has had, the present one last. */
  readonly workers: Worker[] = [];

  /** @param model runs of the one of random weights take a fraction of the shipped one's; what memory they take is its own. */
  constructor(model: 'random' | 'shipped' = 'random') {
    const url =
      model === 'shipped'
        ? new URL('./faulty-engine-at-root.worker.ts', import.meta.url)
        : new URL('./faulty-random-engine.worker.ts', import.meta.url);
    this.engine = new Engine(() => {
      const worker = new Worker(url, { type: 'module' });
      this.workers.push(worker);
      return worker;
    });
  }

  get worker(): Worker {
    const worker = this.workers.at(-1);
    if (!worker) throw new Error('No worker was started yet.');
    return worker;
  }

  /** The next thing that this kind counts, after so many more, goes wrong in the present worker. */
  arm(kind: FaultOrder['kind'], { after = 0, isLasting = false, room = 0 } = {}): void {
    // `share` of `clean` is where it strikes.
    const clean: Counts = {
      ...{ calls: after, submits: after, waits: after, pipelines: after, outputs: after },
      ...{ answers: after, readbacks: after, puts: after, fetches: after, peakBytes: room },
    };
    const where = { share: 1, moment: 0, draw: 0.9 };
    const order: FaultOrder = {
      ...{ job: 'colouring', kind, ...where, isLasting, photographs: 1, clean },
    };
    this.#tell({ faults: 'arm', order });
  }

  /** What is live on the GPU, counted beside the engine's own ledger. */
  census(): Promise<Census> {
    return new Promise((resolve) => {
      const { worker } = this;
      const hear = ({ data }: MessageEvent<Partial<FromFaultyWorker>>) => {
        if (data.faults !== 'census') return;
        worker.removeEventListener('message', hear);
        resolve(data as Census);
      };
      worker.addEventListener('message', hear);
      this.#tell({ faults: 'census' });
    });
  }

  #tell(message: ToFaultyWorker): void {
    this.worker.postMessage(message);
  }
}
