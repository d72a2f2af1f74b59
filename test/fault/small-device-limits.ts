/** A phone as WebGPU shows it: what one buffer may have, and bytes that it really gives, of which it does not tell. */
export const SMALL_DEVICE = {
  maxStorageBufferBindingSize: 128 * 2 ** 20,
  maxBufferSize: 256 * 2 ** 20,
  roomBytes: 300e6,
};
