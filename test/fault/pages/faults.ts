import type { FaultEntry, FaultJob, PlannedFault } from '../kinds.ts';
import { scheduleOf, type ScheduleLimits } from '../schedule.ts';
import { drawnPhotographs } from './drawn-photographs.ts';
import { FaultBench } from './fault-bench.ts';
import { passForPhone } from './hidden-page.ts';
import { recolourJob } from './recolour-job.ts';
import { repairJob } from './repair-job.ts';
import { SamplingBench } from './sampling-bench.ts';
import { colorizeOnSmallDevice as onSmallDevice, type SmallDeviceReport } from './small-device.ts';

/** Which faults, and how many. */
export type FaultWish = ScheduleLimits & {
  runs: number;
  seed: number;
  /** Side of the square that the network sees while colouring. */
  size: number;
};

declare global {
  var injectFaults: (wish: FaultWish) => Promise<FaultEntry[]>;
  var colorizeOnSmallDevice: (size: number) => Promise<SmallDeviceReport>;
  /** Where set, hears each run as it ends. */
  var heardOfFault: ((entry: FaultEntry) => void) | undefined;
}

globalThis.injectFaults = async ({ runs, seed, size, ...limits }) => {
  const schedule = scheduleOf(runs, seed, limits);
  const benches = new Map<FaultJob, { run(planned: PlannedFault): Promise<FaultEntry> }>();
  passForPhone();
  for (const job of new Set(schedule.map((planned) => planned.job))) {
    const struck = schedule.filter((planned) => planned.job === job);
    benches.set(job, job === 'colouring' ? await colouring(size, struck) : await sampling(job));
  }
  const entries: FaultEntry[] = [];
  for (const planned of schedule) {
    const entry = await benches.get(planned.job)!.run(planned);
    entries.push(entry);
    globalThis.heardOfFault?.(entry);
  }
  return entries;
};

async function colouring(size: number, schedule: readonly PlannedFault[]): Promise<FaultBench> {
  const bench = new FaultBench(await drawnPhotographs(size), size);
  await bench.prepare([...new Set(schedule.map(({ photographs }) => photographs))]);
  return bench;
}

async function sampling(job: 'repair' | 'recolour'): Promise<SamplingBench> {
  const bench = await SamplingBench.of(job === 'repair' ? repairJob : recolourJob);
  await bench.prepare();
  return bench;
}

globalThis.colorizeOnSmallDevice = onSmallDevice;

// Opened with ?post the page works by itself and sends its report to whoever serves it; with &small that
// of a small device.
const address = new URLSearchParams(location.search);
if (address.has('post')) {
  const number = (name: string, usual: number) => Number(address.get(name) ?? usual);
  globalThis.heardOfFault = (entry) => {
    void fetch('/progress', { method: 'POST', body: JSON.stringify(entry) }).catch(() => undefined);
  };
  const size = number('size', 64);
  const work = address.has('small')
    ? onSmallDevice(size)
    : globalThis.injectFaults({
        runs: number('runs', 300),
        seed: number('seed', 1),
        size,
        photographs: address.has('photographs') ? number('photographs', 2) : undefined,
        kinds: address.get('kinds')?.split(','),
      });
  const answer = await work.catch((error: unknown) => ({ error: String(error) }));
  await fetch('/result', { method: 'POST', body: JSON.stringify(answer) });
}
