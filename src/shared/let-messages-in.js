let channel = null;
const waiting = [];
/**
 * Gives the thread back once, so that a message that cancels can arrive between two stripes. One
 * message channel for all, since timers wait at least 4 ms when nested.
 */
export function letMessagesIn() {
    const { port2 } = (channel ??= openChannel());
    return new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(null);
    });
}
function openChannel() {
    const opened = new MessageChannel();
    opened.port1.addEventListener('message', () => waiting.shift()?.());
    opened.port1.start();
    return opened;
}
