import { passMoment } from './moments.ts';

/** Lets IndexedDB run full: what is put is refused by a transaction that aborts, as browsers do it. */
export function patchStorage(): void {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function putUnlessFull(value, key) {
    const request = put.call(this, value, key);
    if (passMoment('puts')) refuse(this.transaction);
    return request;
  };
}

function refuse(transaction: IDBTransaction): void {
  Object.defineProperty(transaction, 'error', {
    value: new DOMException('The quota has been exceeded.', 'QuotaExceededError'),
  });
  transaction.abort();
}
