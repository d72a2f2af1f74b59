import type { Plan } from '../planner/plan.ts';
import type { Preset } from '../planner/presets.ts';
import { profileOf, type Profile } from '../planner/profile.ts';
import { AppError } from '../shared/errors.ts';
import { gpuStalled } from './gpu-patience.ts';
import { tryMemoryOnce } from './memory-trial.ts';
import type { Backend, RunPast } from './protocol.ts';
import { GPU_GONE, GPU_LEFT_OUT } from './run-words.ts';
import { watched, type Allow } from './watchdog.ts';
import type { Workshop } from './workshop.ts';

/**
 * What the planner may count on in a run: looks for a GPU that had vanished, tries its memory where nothing tells
 * it, and lets it prove half precision.
 * @param steps gets a sentence where the GPU is left out.
 * @throws {AppError} `gpu/unavailable` where a GPU is asked for and there is none.
 */
export async function profileOfRun(
  workshop: Workshop,
  wish: { device: 'auto' | Backend; preset?: Preset },
  { failed, isGpuLeftOut }: RunPast,
  steps: string[],
): Promise<Profile> {
  const { equipment, patience } = workshop;
  await equipment.lookForGpu();
  const lastOfDead = failed.at(-1);
  if (lastOfDead) void equipment.memory.learn(lastOfDead);
  if (wish.device === 'webgpu' && !equipment.facts.adapter && failed.length === 0) {
    throw new AppError('gpu/unavailable', 'This browser gives the page no GPU.');
  }
  const isLeftOut = wish.device === 'auto' && equipment.facts.adapter && isGpuLeftOut;
  const device = isLeftOut ? 'wasm' : wish.device;
  if (isLeftOut) steps.push(GPU_LEFT_OUT);
  if (profileOf(equipment.facts, device).backend === 'webgpu') {
    const endPass = patience.beginPass();
    await tryMemoryOnce(workshop);
    await proveHalf(workshop).finally(endPass);
    if (!equipment.facts.adapter) steps.push(GPU_GONE);
  }
  return profileOf(equipment.facts, device, wish.preset);
}

/** The profile of a plan's backend: that of the run, or of the processor of the same machine. */
export function profileAt(profile: Profile, { backend }: Pick<Plan, 'backend'>): Profile {
  return backend === profile.backend ? profile : (profile.fallback ?? profile);
}

/** A GPU that fails at the proof, or never answers, fails again in the run, where it is dealt with. */
async function proveHalf({ equipment, patience }: Workshop): Promise<void> {
  const isSoftware = equipment.adapterReport?.isFallback === true;
  const prove = (allow: Allow) => {
    allow(patience.loadMs(isSoftware));
    return equipment.proveHalf();
  };
  await watched(prove, gpuStalled, patience.tickMs).catch(() => equipment.renewGpu(equipment.gpu));
}
