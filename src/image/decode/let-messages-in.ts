/**
 * Gives the thread back once, so that a message that cancels can arrive between two stripes. A
 * message channel, since timers wait at least 4 ms when nested.
 */
export function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
