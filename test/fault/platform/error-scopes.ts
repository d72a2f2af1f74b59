type Scope = { filter: GPUErrorFilter; error: GPUError | null };

const scopesOf = new WeakMap<GPUDevice, Scope[]>();

/**
 * Gives every device a second stack of error scopes beside its own, so that errors can be raised that
 * no real device gives on demand.
 */
export function patchErrorScopes(): void {
  const { pushErrorScope, popErrorScope } = GPUDevice.prototype;
  GPUDevice.prototype.pushErrorScope = function push(filter) {
    const scopes = scopesOf.get(this) ?? [];
    scopesOf.set(this, scopes);
    scopes.push({ filter, error: null });
    return pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function pop() {
    const raised = scopesOf.get(this)?.pop()?.error ?? null;
    return (await popErrorScope.call(this)) ?? raised;
  };
}

/**
 * Raises an out-of-memory error as the standard says: in the innermost scope that waits for such a
 * one and has none yet, else as the device's `uncapturederror`.
 */
export function raiseOutOfMemory(device: GPUDevice, message: string): void {
  const error = new GPUOutOfMemoryError(message);
  const scope = scopesOf.get(device)?.findLast(({ filter }) => filter === 'out-of-memory');
  if (scope) scope.error ??= error;
  else {
    // Devices tell later, in a task of its own.
    setTimeout(() => {
      device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
    });
  }
}
