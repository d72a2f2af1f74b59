/** Buffers by the device that made them: counted apart from the engine's own ledger. */
const devices = new Map<GPUDevice, Map<GPUBuffer, number>>();

/** Enters a device, which leaves the books when it is lost or destroyed. */
export function enterDevice(device: GPUDevice, lost: Promise<unknown>): void {
  devices.set(device, new Map());
  void lost.then(() => devices.delete(device));
}

/** All of a device's memory goes with it. */
export function strikeOutDevice(device: GPUDevice): void {
  devices.delete(device);
}

export function enterBuffer(device: GPUDevice, buffer: GPUBuffer): void {
  devices.get(device)?.set(buffer, buffer.size);
}

export function strikeOutBuffer(buffer: GPUBuffer): void {
  for (const buffers of devices.values()) buffers.delete(buffer);
}

/** Bytes of buffers that are there. */
export function liveBytes(): number {
  let bytes = 0;
  for (const buffers of devices.values()) for (const size of buffers.values()) bytes += size;
  return bytes;
}

/** Devices that are there. */
export function liveDevices(): number {
  return devices.size;
}
