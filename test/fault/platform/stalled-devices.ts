import { passMoment } from './moments.ts';

/** Devices that hang, until they are destroyed. */
const stalled = new Set<GPUDevice>();

/** What a hanging device answers. */
export const never = new Promise<never>(() => {});

/** One wait for a device. Answers whether it will last for ever. */
export function passWait(device: GPUDevice): boolean {
  if (passMoment('waits')) stalled.add(device);
  return stalled.has(device);
}

/** Whether somebody may be waiting for a device that hangs. */
export function isAnyStalled(): boolean {
  return stalled.size > 0;
}

export function forgetStalled(device: GPUDevice): void {
  stalled.delete(device);
}
