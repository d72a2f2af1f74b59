/**
 * Gives the thread back once, so that a message that cancels can arrive between two stripes. A
 * message channel, since timers wait at least 4 ms when nested.
 */
export function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const arrived = () => {
      port1.close();
      resolve();
    };
    port1.addEventListener('message', arrived, { once: true });
    port1.start();
    port2.postMessage(null);
  });
}
