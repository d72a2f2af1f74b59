import type { OpenPhotograph } from '../../../src/worker/open-photograph.ts';
import type { Progress } from '../../../src/worker/protocol.ts';
import type { ListeningJobOptions } from '../../../src/worker/worker-life.ts';
import type { FaultJob } from '../kinds.ts';

/** Numbers that a sampler found. */
type Numbers = {
  /** On what: only there the same numbers come out again. */
  grid: string;
  values: ArrayLike<number>;
};

/** What came of a job. */
export type Sampled = {
  numbers: ReadonlyMap<string, Numbers>;
  /** What the engine said of its steps. */
  steps: readonly string[];
};

/** Work that samples, on a photograph that is open and has colours. */
export type SamplingJob = {
  name: Exclude<FaultJob, 'colouring'>;
  /** Of the photograph, in pixels. */
  size: { width: number; height: number };
  /** Folders of the models that it needs. */
  models: readonly string[];
  /** Whether a fault may be armed now: a tile or a step of a sampler. */
  isMoment(progress: Progress): boolean;
  /** @throws {AppError} any code; whatever is not as it should be. */
  run(photograph: OpenPhotograph, options: ListeningJobOptions): Promise<Sampled>;
  /** What its numbers can be, and how far they may be off on the same grid. */
  range: { least: number; most: number; tolerance: number };
  /** Whether it may change a pixel's lightness. */
  changes(x: number, y: number): boolean;
};

/** Why a result is not that of a run without faults: null where it is. */
export function whyNotThat(
  { range: { least, most, tolerance } }: SamplingJob,
  found: Sampled,
  reference: Sampled,
): string | null {
  for (const [name, { grid, values: expected }] of reference.numbers) {
    const other = found.numbers.get(name);
    if (!other) return `${name} is missing`;
    const values = Array.from(other.values);
    if (values.some((value) => !(value >= least && value <= most))) return `${name} is no picture`;
    if (other.grid !== grid) continue;
    const off = values.reduce((sum, value, i) => Math.max(sum, Math.abs(value - expected[i]!)), 0);
    if (off > tolerance) return `${name} is ${off.toFixed(3)} off`;
  }
  return null;
}
