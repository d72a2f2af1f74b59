import type { FaultOrder } from '../messages.ts';
import { loseDevice, patchDeviceLoss } from './device-loss.ts';
import { patchErrorScopes, raiseOutOfMemory } from './error-scopes.ts';
import {
  enterBuffer,
  enterDevice,
  liveBytes,
  strikeOutBuffer,
  strikeOutDevice,
} from './gpu-books.ts';
import { armedFault, notePeak, passMoment, strike } from './moments.ts';
import { forgetValues, noteValues, passAnswer, passNetworkRun } from './output-faults.ts';
import { forgetStalled, never, passWait } from './stalled-devices.ts';

const deviceOf = new WeakMap<GPUQueue | GPUBuffer, GPUDevice>();
/** Whether there is no adapter any more, while the fault that took it lasts. */
let isAdapterGone = false;

/** Bytes that there are for all buffers together. */
let roomBytes = Infinity;

/** The GPU has no more than so many bytes, and refuses what goes beyond. */
export function limitRoom(bytes: number): void {
  roomBytes = bytes;
}

/** Puts the books and every fault of a GPU between the engine and WebGPU. */
export function patchGpu(): void {
  patchErrorScopes();
  patchDeviceLoss();
  patchAdapter();
  patchDevice();
  patchBuffers();
  patchQueue();
  patchCopies();
}

/** The adapter is there again, as at the beginning of a run. */
export function bringAdapterBack(): void {
  isAdapterGone = false;
}

/** The software adapter passes for hardware, or the engine would not take it; and it can vanish. */
function patchAdapter(): void {
  Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
  const { requestAdapter } = GPU.prototype;
  GPU.prototype.requestAdapter = async function request(options) {
    return isAdapterGone ? null : requestAdapter.call(this, options);
  };
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function request(descriptor) {
    const device = await requestDevice.call(this, descriptor);
    deviceOf.set(device.queue, device);
    enterDevice(device, device.lost);
    return device;
  };
}

function patchDevice(): void {
  const { destroy, createComputePipeline, createComputePipelineAsync } = GPUDevice.prototype;
  GPUDevice.prototype.destroy = function destroyAndStrikeOut() {
    strikeOutDevice(this);
    forgetStalled(this);
    return destroy.call(this);
  };
  GPUDevice.prototype.createComputePipeline = function create(descriptor) {
    return createComputePipeline.call(this, unlessFaulty(descriptor));
  };
  GPUDevice.prototype.createComputePipelineAsync = function create(descriptor) {
    return createComputePipelineAsync.call(this, unlessFaulty(descriptor));
  };
}

/** The descriptor, or one that no driver can compile. */
function unlessFaulty(descriptor: GPUComputePipelineDescriptor): GPUComputePipelineDescriptor {
  if (!passMoment('pipelines')) return descriptor;
  return { ...descriptor, compute: { ...descriptor.compute, entryPoint: 'thereIsNoSuchPoint' } };
}

function patchBuffers(): void {
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function create(descriptor) {
    passCall(this);
    if (isRefused(descriptor.size)) return refused(this, descriptor, createBuffer);
    const buffer = createBuffer.call(this, descriptor);
    deviceOf.set(buffer, this);
    enterBuffer(this, buffer);
    noteValues(this, buffer);
    notePeak(liveBytes());
    return buffer;
  };
  const { destroy, mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function destroyAndStrikeOut() {
    strikeOutBuffer(this);
    forgetValues(deviceOf.get(this), this);
    return destroy.call(this);
  };
  GPUBuffer.prototype.mapAsync = function map(...args) {
    const device = deviceOf.get(this);
    if (device) passCall(device);
    if (args[0] === GPUMapMode.READ && passMoment('readbacks')) return unreadable();
    return device && passWait(device) ? never : mapAsync.apply(this, args);
  };
}

/** As a device answers that cannot give back what is on it. */
function unreadable(): Promise<never> {
  return Promise.reject(new DOMException('The buffer could not be mapped.', 'OperationError'));
}

/** Whether the GPU has no room for so many bytes more. */
function isRefused(bytes: number): boolean {
  const wanted = liveBytes() + bytes;
  const order = armedFault();
  if (order?.kind === 'out-of-memory') {
    const room = Math.floor(order.share * order.clean.peakBytes);
    if (wanted > room) strike(`${wanted} bytes wanted where there are ${room}`);
    if (wanted > room) return true;
  }
  return wanted > roomBytes;
}

/** An invalid buffer, as `createBuffer` answers where memory has run out, and the error that comes with it. */
function refused(
  device: GPUDevice,
  descriptor: GPUBufferDescriptor,
  createBuffer: GPUDevice['createBuffer'],
): GPUBuffer {
  raiseOutOfMemory(device, `Out of memory: a buffer of ${descriptor.size} bytes was refused.`);
  device.pushErrorScope('validation');
  // Without usage a buffer is invalid.
  const buffer = createBuffer.call(device, { ...descriptor, usage: 0 });
  void device.popErrorScope();
  deviceOf.set(buffer, device);
  return buffer;
}

function patchQueue(): void {
  const { submit, writeBuffer, onSubmittedWorkDone } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function submitUnlessFaulty(commands) {
    const device = deviceOf.get(this);
    if (device) passCall(device);
    const isInvalid = device && passMoment('submits');
    return submit.call(this, isInvalid ? [invalidCommands(device)] : commands);
  };
  GPUQueue.prototype.writeBuffer = function write(
    this: GPUQueue,
    ...args: Parameters<typeof writeBuffer>
  ) {
    const device = deviceOf.get(this);
    if (device) passCall(device);
    return writeBuffer.apply(this, args);
  } as typeof writeBuffer;
  GPUQueue.prototype.onSubmittedWorkDone = function wait() {
    const device = deviceOf.get(this);
    if (!device) return onSubmittedWorkDone.call(this);
    passNetworkRun(device);
    passCall(device);
    return passWait(device) ? never : onSubmittedWorkDone.call(this);
  };
}

/** What is copied out of a network is noticed: samplers read each step. */
function patchCopies(): void {
  const { copyBufferToBuffer } = GPUCommandEncoder.prototype;
  GPUCommandEncoder.prototype.copyBufferToBuffer = function copy(
    this: GPUCommandEncoder,
    ...args: Parameters<typeof copyBufferToBuffer>
  ) {
    const [source] = args;
    const device = deviceOf.get(source);
    if (device) passAnswer(device, source);
    return copyBufferToBuffer.apply(this, args);
  } as typeof copyBufferToBuffer;
}

/** Commands that no queue takes: a group is closed that was never opened. */
function invalidCommands(device: GPUDevice): GPUCommandBuffer {
  const encoder = device.createCommandEncoder();
  encoder.popDebugGroup();
  return encoder.finish();
}

/** One call to a device: at one of them it may be lost, or its worker end. */
function passCall(device: GPUDevice): void {
  const order = passMoment('calls');
  if (order) carryOut(order, device);
}

function carryOut({ kind, draw }: FaultOrder, device: GPUDevice): void {
  if (kind === 'device-destroyed') device.destroy();
  if (kind === 'device-lost') loseDevice(device);
  if (kind === 'adapter-vanished' || kind === 'processor-unreachable') {
    isAdapterGone = true;
    loseDevice(device);
  }
  if (kind === 'worker-terminated' && draw < 0.5) {
    setTimeout(() => {
      throw new Error('The worker crashed.');
    });
  }
}
