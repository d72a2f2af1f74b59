import type { AdapterReport } from './protocol.ts';

/** Older browsers have no `info`, or keep `isFallbackAdapter` on the adapter itself, or nowhere. */
type AnyAdapter = GPUAdapter & {
  readonly isFallbackAdapter?: boolean;
  readonly info?: Partial<GPUAdapterInfo>;
};

/** What an adapter says of itself, in any browser. */
export function adapterReport(adapter: AnyAdapter): AdapterReport {
  const info: Partial<GPUAdapterInfo> = adapter.info ?? {};
  return {
    vendor: info.vendor ?? '',
    architecture: info.architecture ?? '',
    device: info.device ?? '',
    description: info.description ?? '',
    isFallback: info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false,
    maxBufferSize: adapter.limits.maxBufferSize,
    maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
    features: [...adapter.features].sort(),
  };
}

/** Chromium's coarse figure of the machine's memory in GiB; TypeScript's library does not know it. */
export function deviceMemoryGiB(): number | null {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return deviceMemory ?? null;
}
