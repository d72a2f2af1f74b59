import { limitRoom } from './gpu-faults.ts';
import { SMALL_DEVICE } from '../small-device-limits.ts';

const { roomBytes, ...LIMITS } = SMALL_DEVICE;
const isClamped = (name: PropertyKey): name is keyof typeof LIMITS => name in LIMITS;

const clampedOf = new WeakMap<GPUSupportedLimits, GPUSupportedLimits>();

const limits = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'limits')!;
Object.defineProperty(GPUAdapter.prototype, 'limits', {
  ...limits,
  get(this: GPUAdapter) {
    const real = limits.get!.call(this) as GPUSupportedLimits;
    const clamped = clampedOf.get(real) ?? clampedCopy(real);
    clampedOf.set(real, clamped);
    return clamped;
  },
});

const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function request(descriptor) {
  for (const [name, wanted] of Object.entries(descriptor?.requiredLimits ?? {})) {
    if (isClamped(name) && Number(wanted) > LIMITS[name]) {
      throw new DOMException(`${name} of ${wanted} is over the limit.`, 'OperationError');
    }
  }
  return requestDevice.call(this, descriptor);
};

limitRoom(roomBytes);

/** The same limits, some of them lower; each is read from the real ones, which know nobody else. */
function clampedCopy(real: GPUSupportedLimits): GPUSupportedLimits {
  return new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      return isClamped(name) ? Math.min(LIMITS[name], Number(value)) : value;
    },
  });
}
