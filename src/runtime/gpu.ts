import { AppError } from '../shared/errors.ts';
import { Ledger } from './ledger.ts';

/** Features that some graph or kernel can use; asked for where the adapter has them. */
const USEFUL_FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

/** Limits raised to all the adapter has: onnxruntime never raises them on a device it is given. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** The adapter that WebGPU gives this machine, or null. Never rejects. */
export async function findAdapter(): Promise<GPUAdapter | null> {
  try {
    return (await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
  } catch {
    return null;
  }
}

/**
 * The one owner of the GPUDevice. onnxruntime neither reports running out of memory nor a lost device
 * from `run()`: they reach the device's own events, which are kept here until {@link check}.
 */
export class Gpu {
  readonly device: GPUDevice;
  readonly ledger = new Ledger();
  #failure: AppError | null = null;

  private constructor(device: GPUDevice) {
    this.device = device;
    this.ledger.watch(device);
    device.addEventListener('uncapturederror', (event) => {
      this.#failure ??= describe(event.error);
    });
    void device.lost.then((info) => {
      this.#failure = new AppError('gpu/device-lost', 'The GPU was taken away from this page.', {
        detail: { reason: info.reason, message: info.message },
      });
    });
  }

  /** Makes the device. @throws {AppError} `gpu/unavailable`. */
  static async open(adapter: GPUAdapter): Promise<Gpu> {
    const requiredLimits: Record<string, number> = {};
    for (const name of RAISED_LIMITS) requiredLimits[name] = adapter.limits[name];
    try {
      const device = await adapter.requestDevice({
        requiredFeatures: USEFUL_FEATURES.filter((feature) => adapter.features.has(feature)),
        requiredLimits,
      });
      return new Gpu(device);
    } catch (error) {
      throw new AppError('gpu/unavailable', 'The GPU refused to start.', { cause: error });
    }
  }

  /** Waits for all submitted work. @throws {AppError} `gpu/*` for what went wrong since the last check. */
  async check(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
    const failure = this.#failure;
    if (!failure) return;
    if (failure.code !== 'gpu/device-lost') this.#failure = null;
    throw failure;
  }

  /** Gives everything back; the device cannot be used again. */
  close(): void {
    this.device.destroy();
  }
}

function describe(error: GPUError): AppError {
  if (error instanceof GPUOutOfMemoryError) {
    return new AppError('gpu/out-of-memory', 'The GPU ran out of memory.', {
      detail: { message: error.message },
    });
  }
  return new AppError('gpu/failed', 'The GPU could not carry out a step.', {
    detail: { message: error.message },
  });
}
