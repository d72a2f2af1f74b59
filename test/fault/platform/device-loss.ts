type Loss = { promise: Promise<GPUDeviceLostInfo>; resolve: (info: GPUDeviceLostInfo) => void };

const losses = new WeakMap<GPUDevice, Loss>();
const realDestroy = GPUDevice.prototype.destroy;

/** Lets devices be lost for reasons that no page can bring about: `lost` is told by {@link loseDevice} too. */
export function patchDeviceLoss(): void {
  const real = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'lost')!;
  Object.defineProperty(GPUDevice.prototype, 'lost', {
    ...real,
    get(this: GPUDevice) {
      const held = losses.get(this) ?? Promise.withResolvers<GPUDeviceLostInfo>();
      if (!losses.has(this)) {
        losses.set(this, held);
        void (real.get!.call(this) as Promise<GPUDeviceLostInfo>).then(held.resolve);
      }
      return held.promise;
    },
  });
}

/** The device is lost as by a driver that crashed: reason `unknown`, and nothing of it works any more. */
export function loseDevice(device: GPUDevice): void {
  void device.lost;
  losses.get(device)?.resolve({
    __brand: 'GPUDeviceLostInfo',
    reason: 'unknown',
    message: 'The driver was reset.',
  });
  realDestroy.call(device);
}
