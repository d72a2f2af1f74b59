import { FAILURES } from '../../planner/failures.ts';
import type { SamplingLadder } from '../../planner/sampling-ladder.ts';
import type { AppError } from '../../shared/errors.ts';
import type { RecolourChoice } from './choices.ts';
import type { RecolourPlan } from './events.ts';
import type { RecolourRequest } from './request.ts';

/** A choice as it is told. */
export function planOf(
  choice: RecolourChoice,
  { because, considered }: Pick<SamplingLadder<RecolourChoice>, 'because' | 'considered'>,
): RecolourPlan {
  const { backend, variant, encoder, batch, guidance, steps, words } = choice;
  const { peakBytes, largestBufferBytes } = choice;
  return {
    ...{ backend, variant, batch, guidance, steps, peakBytes, largestBufferBytes },
    size: encoder.size,
    modelWidth: encoder.network.width,
    modelHeight: encoder.network.height,
    reason: because
      ? `Drawing ${words}, because ${because}.`
      : `Drawing ${words}: this machine has room for it.`,
    considered: [...considered, { choice: words, peakBytes, refusedBy: null }],
  };
}

/** One sentence for people: what failed, and what is done instead. */
export function stepDownSentence(
  { code }: AppError,
  failed: RecolourChoice,
  next: RecolourChoice,
): string {
  const what = FAILURES[code]?.words ?? 'it failed';
  const { width, height } = failed.encoder.network;
  const isSameGrid = next.encoder.network.width === width && next.encoder.network.height === height;
  const rest = isSameGrid ? 'going on from the last step' : 'the colourings under way begin anew';
  return `${what[0]!.toUpperCase()}${what.slice(1)} while drawing ${failed.words}; now ${next.words}, ${rest}.`;
}

/** How a candidate was made, in a few words, for those who find the file later. */
export function madeOf(
  { encoder, backend, variant }: RecolourChoice,
  { vividness, hints, lock }: RecolourRequest,
  { seed, steps }: { seed: number; steps: number },
): string {
  const given = [
    `seed ${seed}`,
    `${steps} steps`,
    `vividness ${vividness}`,
    ...(hints.length > 0 ? [`${hints.length} ${hints.length === 1 ? 'hint' : 'hints'}`] : []),
    ...(lock ? ['a region kept'] : []),
  ];
  const place = backend === 'webgpu' ? 'WebGPU' : 'wasm';
  return `${given.join(', ')}, size ${encoder.size}, ${variant} on ${place}`;
}
