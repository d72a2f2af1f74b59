import { proxy, wrap, type Remote } from 'comlink';
import { abortedError, AppError, throwIfAborted } from '../shared/errors.ts';
import { unwrap, type Outcome } from '../shared/outcome.ts';
import { Heartbeat, SILENCE_LIMITS, type SilenceLimits } from './heartbeat.ts';
import { whenGone } from './life-lock.ts';
import type { EngineApi, Progress } from './protocol.ts';

/** Hears what a job does. A promise it returns for `colours` of a preview is awaited by the engine. */
export type ProgressListener = (progress: Progress) => void | Promise<void>;

export type JobOptions = { signal?: AbortSignal | undefined };
export type ListeningJobOptions = JobOptions & { onProgress?: ProgressListener | undefined };

/** Sends one job to the worker, with what hears of its progress. */
export type SendJob<T> = (
  remote: Remote<EngineApi>,
  job: string,
  listen: (progress: Progress) => void,
) => Promise<Outcome<T>>;

/** How long a cancelled job may go on by itself before its worker is terminated. */
const CANCEL_PATIENCE_MS = 300;

/** What calls end with when their worker died: it crashed, or was silent for too long. */
export class WorkerDied extends AppError {
  constructor(message: string, detail: Record<string, unknown>) {
    super('worker/crashed', message, { detail });
  }
}

/** What a call ends with when the worker was ended for another call's sake: it may be sent again. */
class EndedForAnother extends AppError {
  constructor() {
    super('worker/crashed', 'The engine was started anew.');
  }
}

/** Sends a call, and once more where the worker was ended for another call's sake. */
export async function sendAgainIfEnded<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof EndedForAnother) return send();
    throw error;
  }
}

/** Like {@link sendAgainIfEnded}, and also once more where the worker died: the next one may fare better. */
export async function sendAgainIfDead<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await sendAgainIfEnded(send);
  } catch (error) {
    if (error instanceof WorkerDied) return sendAgainIfEnded(send);
    throw error;
  }
}

/** One life of the engine's worker: its calls, and how they end when it does. */
export class WorkerLife {
  readonly #worker: Worker;
  readonly #remote: Remote<EngineApi>;
  readonly #heartbeat: Heartbeat;
  readonly #ended = new AbortController();
  readonly #onEnd: (life: WorkerLife) => void;
  readonly #pending = new Set<(error: AppError) => void>();
  #jobs = 0;
  #hasAnswered = false;

  /** @throws {AppError} `worker/blocked` where the page may not start workers. */
  constructor(
    startWorker: () => Worker,
    onEnd: (life: WorkerLife) => void,
    limits: SilenceLimits = SILENCE_LIMITS,
  ) {
    this.#onEnd = onEnd;
    this.#worker = started(startWorker);
    this.#remote = wrap<EngineApi>(this.#worker);
    this.#heartbeat = new Heartbeat(
      limits,
      async () => {
        await this.#remote.ping();
        this.#hasAnswered = true;
      },
      (silentMs) => this.end(new WorkerDied('The engine stopped answering.', { silentMs })),
    );
    const fail = (event: Event) => {
      event.preventDefault();
      this.end(this.#crash(event instanceof ErrorEvent ? event.message : ''));
    };
    this.#worker.addEventListener('error', fail);
    this.#worker.addEventListener('messageerror', fail);
    void this.#watch();
  }

  /** Calls the worker; rejects with an {@link AppError}, also when the worker ends meanwhile. */
  call<T>(send: (remote: Remote<EngineApi>) => Promise<Outcome<T>>): Promise<T> {
    return this.#follow(send(this.#remote)).answer;
  }

  /** Like {@link call}, for a job that a signal can end: softly first, then with the worker. */
  async job<T>({ signal, onProgress }: ListeningJobOptions, send: SendJob<T>): Promise<T> {
    throwIfAborted(signal);
    const job = String(++this.#jobs);
    const listen = proxy((progress: Progress) => {
      this.#heartbeat.hear(progress);
      return onProgress?.(progress);
    });
    const { answer, reject } = this.#follow(send(this.#remote, job, listen));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      void this.#remote.cancel(job);
      timer = setTimeout(() => {
        reject(abortedError());
        this.replace();
      }, CANCEL_PATIENCE_MS);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the worker; calls under way reject with `error`. */
  end(error: AppError): void {
    this.#worker.terminate();
    this.#heartbeat.end();
    this.#ended.abort();
    this.#onEnd(this);
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }

  /** Ends the worker for one call's sake; the others under way are sent to the next one. */
  replace(): void {
    this.end(new EndedForAnother());
  }

  /**
   * Notices at once where the browser or the system ends the worker without a word. The heartbeat is for
   * workers that hang, and for browsers that refuse the lock.
   */
  async #watch(): Promise<void> {
    const lock = `autochrome-engine-${crypto.randomUUID()}`;
    const held = await this.#remote.holdForLife(lock);
    this.#hasAnswered = true;
    if (!held.ok || !held.value) return;
    await whenGone(lock, this.#ended.signal);
    this.end(new WorkerDied('The engine was ended from outside.', {}));
  }

  /** Nothing of a settled call is kept: the worker may live for days. */
  #follow<T>(sent: Promise<Outcome<T>>): { answer: Promise<T>; reject: (error: AppError) => void } {
    let reject: (error: AppError) => void = () => {};
    const answer = new Promise<T>((resolve, rejectAnswer) => {
      reject = (error) => {
        this.#pending.delete(reject);
        rejectAnswer(error);
      };
      sent
        .then((outcome) => {
          this.#hasAnswered = true;
          this.#pending.delete(reject);
          resolve(unwrap(outcome));
        })
        .catch(rejectAnswer);
    });
    this.#pending.add(reject);
    this.#heartbeat.begin(() => this.#pending.size > 0);
    return { answer, reject };
  }

  #crash(message: string): AppError {
    return this.#hasAnswered
      ? new WorkerDied('The engine has crashed.', { message })
      : new AppError('worker/blocked', 'The engine could not be started in this page.', {
          detail: { message },
        });
  }
}

function started(startWorker: () => Worker): Worker {
  if (!globalThis.isSecureContext) {
    throw new AppError('worker/blocked', 'Browsers run this only on pages that come by https.');
  }
  try {
    return startWorker();
  } catch (cause) {
    throw new AppError('worker/blocked', 'This page is not allowed to start the engine.', {
      cause,
    });
  }
}
