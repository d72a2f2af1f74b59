let channel: MessageChannel | null = null;
const waiting: (() => void)[] = [];

/**
 * Gives the thread back once, so that a message that cancels can arrive between two stripes. By a message
 * channel, since timers wait at least 4 ms when nested; it is closed once nobody waits, or a program in Node
 * would never end.
 */
export function letMessagesIn(): Promise<void> {
  const { port2 } = (channel ??= openChannel());
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

function openChannel(): MessageChannel {
  const opened = new MessageChannel();
  opened.port1.addEventListener('message', () => {
    waiting.shift()?.();
    if (waiting.length > 0) return;
    opened.port1.close();
    channel = null;
  });
  opened.port1.start();
  return opened;
}
