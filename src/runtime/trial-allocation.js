/** The first buffer asked for; each after it is twice as large, until one is refused. */
const FIRST_BYTES = 16 * 2 ** 20;
/**
 * Bytes that a GPU can give now beside what is on it, up to those wanted: buffers of growing size, each
 * written in full so that it is really backed, held at once and all given back before the answer. Where
 * one is refused, smaller ones fill what is left.
 * @returns bytes that were had at once; 0 where the device is gone. Never rejects for a refusal.
 */
export async function tryAllocation(gpu, wantedBytes) {
    const { maxBufferSize } = gpu.device.limits;
    const held = [];
    let gotBytes = 0;
    let size = FIRST_BYTES;
    let isGrowing = true;
    try {
        while (gotBytes < wantedBytes && size >= FIRST_BYTES) {
            const bytes = Math.min(size, maxBufferSize, roundUp(wantedBytes - gotBytes));
            const buffer = await hold(gpu, bytes);
            if (buffer) {
                held.push(buffer);
                gotBytes += bytes;
                if (isGrowing)
                    size *= 2;
            }
            else {
                isGrowing = false;
                size = roundUp(bytes / 2);
            }
        }
    }
    finally {
        for (const buffer of held)
            buffer.destroy();
    }
    return gpu.isLost ? 0 : Math.min(gotBytes, wantedBytes);
}
/** A buffer with bytes behind it, or null where the GPU has none for it. */
async function hold(gpu, size) {
    let buffer = null;
    try {
        await gpu.guard(() => {
            const usage = GPUBufferUsage.COPY_DST;
            const made = gpu.device.createBuffer({ label: 'other:trial', size, usage });
            buffer = made;
            const encoder = gpu.device.createCommandEncoder();
            encoder.clearBuffer(made);
            gpu.device.queue.submit([encoder.finish()]);
        });
        // A driver may find out only when it does the work.
        await gpu.check(gpu.mark);
        return buffer;
    }
    catch {
        buffer?.destroy();
        return null;
    }
}
/** Buffers are cleared in steps of four bytes. */
function roundUp(bytes) {
    return Math.ceil(bytes / 4) * 4;
}
