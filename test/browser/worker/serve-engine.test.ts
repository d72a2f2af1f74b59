import { finalizer, proxy, wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineApi, Progress } from '../../../src/worker/protocol.ts';
import type { RecolourAsk } from '../../../src/worker/recolour-protocol.ts';

// The real engine in a real worker, called as comlink's pages call it.
let worker: Worker;
let remote: Remote<EngineApi>;
beforeEach(() => {
  const url = new URL('./repairing-engine.worker.ts', import.meta.url);
  worker = new Worker(url, { type: 'module' });
  remote = wrap<EngineApi>(worker);
});
afterEach(() => worker.terminate());

/** A listener, and when the worker has let it go. */
function listener() {
  let end = () => {};
  const released = new Promise<void>((resolve) => (end = resolve));
  const listen = proxy(Object.assign(() => {}, { [finalizer]: () => end() }));
  return { released, listen };
}

// One that is not let go stays until the garbage is collected: nothing here makes any.
test('a job’s listener is let go when the job has ended, whichever job it was', async () => {
  const past = { failed: [], isGpuLeftOut: true };
  const nothing = new Blob(['nothing']);
  const jobs: ((listen: (progress: Progress) => void) => Promise<{ ok: boolean }>)[] = [
    (listen) => remote.findDamage('1', 'nowhere', past, listen),
    (listen) => remote.recolour('2', 'nowhere', {} as RecolourAsk, null, listen),
    (listen) => remote.bringModels('3', nothing, listen),
  ];
  for (const job of jobs) {
    const { released, listen } = listener();
    expect(await job(listen)).toMatchObject({ ok: false });
    await released;
  }
}, 60_000);
