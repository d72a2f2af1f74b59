/** Programs of onnxruntime by their address, whose name has a hash of the content in it. */
const CACHE = 'autochrome-programs';

/** A program that the browser keeps, or null. Never rejects. */
export async function keptProgram(address: URL): Promise<Blob | null> {
  try {
    const response = await (await caches.open(CACHE)).match(address);
    return response ? await response.blob() : null;
  } catch {
    return null;
  }
}

/** Keeps a program in place of those of earlier versions; where it cannot be kept nothing changes. Never rejects. */
export async function keepProgram(address: URL, program: Blob): Promise<void> {
  try {
    const cache = await caches.open(CACHE);
    for (const { url } of await cache.keys()) if (url !== address.href) await cache.delete(url);
    await cache.put(address, new Response(program));
  } catch {
    // It is fetched again then.
  }
}
/** Bytes of all that is kept, and the way to forget it. Never rejects. */
export async function keptProgramBytes(): Promise<number> {
  try {
    const cache = await caches.open(CACHE);
    const responses = await cache.matchAll();
    const blobs = await Promise.all(responses.map((response) => response.blob()));
    return blobs.reduce((sum, { size }) => sum + size, 0);
  } catch {
    return 0;
  }
}

/** Forgets every program. Never rejects. */
export async function dropPrograms(): Promise<void> {
  await globalThis.caches?.delete(CACHE).catch(() => false);
}
