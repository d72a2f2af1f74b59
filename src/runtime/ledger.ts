/** Counts every byte of the buffers that are made on one GPUDevice, ours and the runtime's alike. */
export class Ledger {
  #live = 0;
  #peak = 0;
  #largest = 0;

  /** Bytes in buffers that exist now. */
  get liveBytes(): number {
    return this.#live;
  }

  /** Most live bytes since {@link startRun}. */
  get peakBytes(): number {
    return this.#peak;
  }

  /** Largest single buffer made since {@link startRun}. */
  get largestBufferBytes(): number {
    return this.#largest;
  }

  /** Starts counting peak and largest anew. */
  startRun(): void {
    this.#peak = this.#live;
    this.#largest = 0;
  }

  /** Watches a device's `createBuffer` and each buffer's `destroy`. */
  watch(device: GPUDevice): void {
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      this.#count(buffer, descriptor.size);
      return buffer;
    };
  }

  #count(buffer: GPUBuffer, size: number): void {
    this.#live += size;
    this.#peak = Math.max(this.#peak, this.#live);
    this.#largest = Math.max(this.#largest, size);
    const destroy = buffer.destroy.bind(buffer);
    let isLive = true;
    buffer.destroy = () => {
      if (isLive) this.#live -= size;
      isLive = false;
      return destroy();
    };
  }
}
