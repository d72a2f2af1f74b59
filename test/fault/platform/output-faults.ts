import type { FaultKind } from '../kinds.ts';
import type { FaultOrder } from '../messages.ts';
import { passMoment } from './moments.ts';

/** Buffers that the network's values live in; what it gives is in one of them. */
const VALUES_LABEL = /^activations:/;
/** Numbers written at once. */
const PATTERN_LENGTH = 2 ** 16;

/** What broken kernels give, each number by its index. */
const PATTERNS: Partial<Record<FaultKind, (draw: number, i: number) => number>> = {
  'nan-output': () => NaN,
  'flat-output': (draw) => 20 * draw - 10,
  'saturated-output': (draw, i) => (i % 2 ? 1 : -1) * (draw < 0.5 ? 127 : 1e6),
};

const valuesOf = new WeakMap<GPUDevice, Set<GPUBuffer>>();

/** Keeps a buffer of the network's values in mind. */
export function noteValues(device: GPUDevice, buffer: GPUBuffer): void {
  const isValues = VALUES_LABEL.test(buffer.label) && buffer.usage & GPUBufferUsage.STORAGE;
  if (!isValues) return;
  const values = valuesOf.get(device) ?? new Set();
  valuesOf.set(device, values.add(buffer));
}

export function forgetValues(device: GPUDevice | undefined, buffer: GPUBuffer): void {
  if (device) valuesOf.get(device)?.delete(buffer);
}

/**
 * The engine waits for the network: where its output is to be spoilt, all of its values are overwritten
 * behind the work submitted so far, before anything reads them.
 */
export function passNetworkRun(device: GPUDevice): void {
  const values = valuesOf.get(device);
  if (!values?.size) return;
  const pattern = patternOf(passMoment('outputs'));
  if (pattern) for (const buffer of values) overwrite(device, buffer, pattern);
}

/** What is in a buffer of the network's values is copied, to be read: it may be spoilt before. */
export function passAnswer(device: GPUDevice, buffer: GPUBuffer): void {
  if (!valuesOf.get(device)?.has(buffer)) return;
  const pattern = patternOf(passMoment('answers'));
  if (pattern) overwrite(device, buffer, pattern);
}

function patternOf(order: FaultOrder | null): Float32Array<ArrayBuffer> | null {
  const number = order && PATTERNS[order.kind];
  if (!number) return null;
  return Float32Array.from({ length: PATTERN_LENGTH }, (_, i) => number(order.draw, i));
}

function overwrite(device: GPUDevice, buffer: GPUBuffer, pattern: Float32Array<ArrayBuffer>): void {
  for (let at = 0; at < buffer.size; at += pattern.byteLength) {
    const length = Math.min(pattern.length, (buffer.size - at) / 4);
    realWriteBuffer.call(device.queue, buffer, at, pattern, 0, length);
  }
}

const realWriteBuffer = GPUQueue.prototype.writeBuffer;
