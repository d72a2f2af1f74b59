/** Asks a version that waits to take the place of the one that runs. */
export type StartRequest = { type: 'start-new-version' };

/** Whether it does; it does not while the page is open a second time. */
export type StartAnswer = { isStarted: boolean };

export const START_REQUEST: StartRequest = { type: 'start-new-version' };

/** Whether a message is a {@link StartRequest}; other messages are nobody's here. */
export function isStartRequest(data: unknown): data is StartRequest {
  return (
    typeof data === 'object' && data !== null && 'type' in data && data.type === START_REQUEST.type
  );
}
