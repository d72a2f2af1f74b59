import { Engine } from '../../../src/worker/client.ts';
import type { RunReport } from '../../../src/worker/protocol.ts';
import { SMALL_DEVICE } from '../small-device-limits.ts';
import { colourBatch } from './colour-batch.ts';
import { drawnPhotographs, type DrawnPhotograph } from './drawn-photographs.ts';
import { FaultyWorkers, startFaultyEngine, startOnSmallDevice } from './faulty-workers.ts';
import { forgetMachine } from './kept-content.ts';
import { implausibility } from './plausible.ts';

/** What came of a photograph on a small device. */
export type SmallDeviceReport = {
  /** What the engine took the adapter for. */
  adapter: { maxBufferSize: number; maxStorageBufferBindingSize: number } | null;
  report: Pick<RunReport, 'plan' | 'steps' | 'peakGpuBytes' | 'largestGpuBufferBytes'>;
  /** Most live bytes by the harness's own books, and what there were. */
  peakBytes: number;
  roomBytes: number;
  /** Why its colours are not those of a machine with more memory; null where they are. */
  implausibleBecause: string | null;
};

/** Colours a photograph on the small device, and for comparison on this machine as it is. @throws where either fails. */
export async function colorizeOnSmallDevice(size: number): Promise<SmallDeviceReport> {
  const [photograph] = await drawnPhotographs(size);
  const small = await colorizeOn(startOnSmallDevice, photograph!, size);
  const whole = await colorizeOn(startFaultyEngine, photograph!, small.report.plan.size);
  const { plan, steps, peakGpuBytes, largestGpuBufferBytes } = small.report;
  return {
    adapter: small.adapter,
    report: { plan, steps, peakGpuBytes, largestGpuBufferBytes },
    peakBytes: small.peakBytes,
    roomBytes: SMALL_DEVICE.roomBytes,
    implausibleBecause: implausibility(small.pixels, whole.pixels),
  };
}

async function colorizeOn(startWorker: () => Worker, photograph: DrawnPhotograph, size: number) {
  const workers = new FaultyWorkers(startWorker);
  const engine = new Engine(workers.start);
  try {
    await forgetMachine();
    const { adapter } = await engine.machine();
    const [outcome] = await colourBatch(engine, [photograph], size);
    const [census] = await workers.census();
    const { pixels, report, steps } = outcome!;
    if (!pixels || !report) throw new Error(steps.join(' '));
    return { adapter, pixels, report, peakBytes: census!.counts.peakBytes };
  } finally {
    engine.terminate();
  }
}
