/** A scene in gray: sky, hills and houses, drawn anew for each size. */
export function drawnScene(width: number, height: number, type: string): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, '#ddd');
  sky.addColorStop(1, '#777');
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < 40; i++) {
    const level = 40 + ((i * 67) % 160);
    context.fillStyle = `rgb(${level} ${level} ${level})`;
    const x = ((i * 137) % 100) / 100;
    const y = 0.4 + ((i * 59) % 60) / 100;
    context.fillRect(x * width, y * height, 0.09 * width, 0.13 * height);
  }
  return canvas.convertToBlob({ type });
}
