/** Copies a GPU buffer's first `size` bytes to the processor. */
export async function readBuffer(
  device: GPUDevice,
  source: GPUBuffer,
  size: number,
): Promise<ArrayBuffer> {
  const readable = device.createBuffer({
    size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 0, readable, 0, size);
    device.queue.submit([encoder.finish()]);
    await readable.mapAsync(GPUMapMode.READ);
    return readable.getMappedRange().slice(0);
  } finally {
    readable.destroy();
  }
}
