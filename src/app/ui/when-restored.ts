/**
 * For a canvas with a 2D context: calls back once it can be drawn anew after the browser lost what it
 * held, as happens when the GPU is reset or its process ends.
 */
export function whenRestored(draw: () => void): (canvas: HTMLCanvasElement) => () => void {
  return (canvas) => {
    canvas.addEventListener('contextrestored', draw);
    return () => canvas.removeEventListener('contextrestored', draw);
  };
}
