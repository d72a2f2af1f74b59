import { expect, test } from 'vitest';
import type { RecolourPlan } from '../../../src/pipelines/recolour/events.ts';
import { Heartbeat } from '../../../src/worker/heartbeat.ts';
import type { PlanReport, Progress } from '../../../src/worker/protocol.ts';

const limits = { tickMs: 2, busyMs: 8, wasmMs: 40 };
const never = new Promise<never>(() => {});

/** A worker that answers for so many questions; settles with the silence that it is given up for. */
function asked(answers: number, tell: (heartbeat: Heartbeat, question: number) => void = () => {}) {
  let questions = 0;
  return new Promise<{ silentMs: number; questions: number }>((resolve) => {
    const heartbeat: Heartbeat = new Heartbeat(
      limits,
      () => {
        questions++;
        tell(heartbeat, questions);
        return questions <= answers ? Promise.resolve() : never;
      },
      (silentMs) => resolve({ silentMs, questions }),
    );
    heartbeat.begin(() => true);
  });
}

function infer(backend: PlanReport['backend'], side: number): Progress & { stage: 'infer' } {
  const plan = { backend, modelWidth: side, modelHeight: side } as PlanReport;
  return { stage: 'infer', pass: 'final', plan };
}

test('who stops answering is given up after the limit, and asked once meanwhile', async () => {
  await expect(asked(3)).resolves.toEqual({ silentMs: 8, questions: 4 });
});

test('the network on wasm may be silent for longer, by its area', async () => {
  const atHalf = asked(1, (heartbeat, question) => {
    if (question === 2) heartbeat.hear(infer('wasm', 362));
  });
  expect((await atHalf).silentMs).toBe(20);
  const rest = { batch: 1, guidance: 'none', steps: 1, largestBufferBytes: 0 } as const;
  const plan: RecolourPlan = { ...infer('wasm', 362).plan, ...rest, considered: [] };
  const stage = { kind: 'stage', stage: 'look', plan } as const;
  const recolouring = asked(1, (heartbeat, question) => {
    if (question === 2) heartbeat.hear({ stage: 'recolour', event: stage });
  });
  expect((await recolouring).silentMs).toBe(20);
  const onGpu = asked(1, (heartbeat, question) => {
    if (question === 2) heartbeat.hear(infer('webgpu', 362));
  });
  expect((await onGpu).silentMs).toBe(8);
});

test('before the first answer there is no limit, and nobody is asked who has nothing to do', async () => {
  let needed = 12;
  const silences: number[] = [];
  await new Promise<void>((resolve) => {
    const heartbeat = new Heartbeat(
      limits,
      () => never,
      (silentMs) => silences.push(silentMs),
    );
    heartbeat.begin(() => {
      if (--needed > 0) return true;
      resolve();
      return false;
    });
  });
  expect(silences).toEqual([]);
});
