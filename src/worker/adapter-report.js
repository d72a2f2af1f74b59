/** What an adapter says of itself, in any browser. */
export function adapterReport(adapter) {
    const info = adapter.info ?? {};
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
export function deviceMemoryGiB() {
    const { deviceMemory } = navigator;
    return deviceMemory ?? null;
}
