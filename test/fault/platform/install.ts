import type { ToFaultyWorker } from '../messages.ts';
import { liveBytes, liveDevices } from './gpu-books.ts';
import { bringAdapterBack, patchGpu } from './gpu-faults.ts';
import { patchIntervals } from './hurried-intervals.ts';
import { arm, disarm, takeCounts, tell } from './moments.ts';
import { patchNetwork } from './network-faults.ts';
import { isAnyStalled } from './stalled-devices.ts';
import { patchStorage } from './storage-faults.ts';

patchGpu();
patchStorage();
patchNetwork();
patchIntervals(isAnyStalled);

// First in line: what is meant for the faults never reaches the engine.
addEventListener('message', (event: MessageEvent<Partial<ToFaultyWorker> | null>) => {
  const message = event.data;
  if (!message || typeof message !== 'object' || !('faults' in message)) return;
  event.stopImmediatePropagation();
  hear(message as ToFaultyWorker);
});

function hear(message: ToFaultyWorker): void {
  if (message.faults === 'arm') {
    arm(message.order);
  } else if (message.faults === 'disarm') {
    disarm();
    bringAdapterBack();
  } else {
    const counts = takeCounts();
    tell({ faults: 'census', counts, liveBytes: liveBytes(), devices: liveDevices() });
  }
}
