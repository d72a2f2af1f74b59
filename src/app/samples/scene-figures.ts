import { grays, type Brush } from './scene-brush.ts';

/** Draws in a frame where the feet are at (0, 0) and the head's top at (0, -1). */
function inFigure(brush: Brush, x: number, y: number, height: number, draw: () => void): void {
  brush.save();
  brush.translate(x, y);
  brush.scale(height, height);
  shape(brush, grays(0.1, 0.35), () => brush.ellipse(0.08, 0, 0.24, 0.025, 0, 0, Math.PI * 2));
  draw();
  brush.restore();
}

function shape(brush: Brush, style: string | CanvasGradient, trace: () => void): void {
  brush.fillStyle = style;
  brush.beginPath();
  trace();
  brush.fill();
}

/** A head lit from the left, with the few shadows that make a face. */
function drawHead(brush: Brush, y: number, size: number): void {
  const skin = brush.createRadialGradient(
    -size * 0.35,
    y - size * 0.3,
    size * 0.1,
    0,
    y,
    size * 1.15,
  );
  skin.addColorStop(0, grays(0.92));
  skin.addColorStop(1, grays(0.58));
  shape(brush, skin, () => brush.ellipse(0, y, size * 0.78, size, 0, 0, Math.PI * 2));
  const shadow = grays(0.22, 0.8);
  for (const side of [-0.3, 0.3]) {
    shape(brush, shadow, () =>
      brush.ellipse(size * side, y - size * 0.05, size * 0.15, size * 0.08, 0, 0, Math.PI * 2),
    );
  }
  shape(brush, grays(0.4, 0.6), () => {
    brush.moveTo(0, y - size * 0.05);
    brush.lineTo(size * 0.13, y + size * 0.3);
    brush.lineTo(-size * 0.05, y + size * 0.32);
  });
  shape(brush, grays(0.3, 0.75), () =>
    brush.ellipse(0, y + size * 0.52, size * 0.24, size * 0.06, 0, 0, Math.PI * 2),
  );
}

/** A woman in a long skirt and a wide hat; `y` is the ground, sizes in pixels. */
export function drawWoman(brush: Brush, x: number, y: number, height: number): void {
  inFigure(brush, x, y, height, () => {
    const skirt = brush.createLinearGradient(-0.2, 0, 0.2, 0);
    skirt.addColorStop(0, grays(0.46));
    skirt.addColorStop(0.4, grays(0.34));
    skirt.addColorStop(1, grays(0.18));
    shape(brush, skirt, () => {
      brush.moveTo(-0.055, -0.56);
      brush.quadraticCurveTo(-0.12, -0.25, -0.2, 0);
      brush.lineTo(0.19, 0);
      brush.quadraticCurveTo(0.13, -0.25, 0.06, -0.56);
    });
    shape(brush, grays(0.84), () => {
      brush.moveTo(-0.06, -0.55);
      brush.quadraticCurveTo(-0.15, -0.7, -0.1, -0.79);
      brush.quadraticCurveTo(0, -0.84, 0.1, -0.79);
      brush.quadraticCurveTo(0.14, -0.7, 0.06, -0.55);
    });
    brush.lineCap = 'round';
    brush.lineWidth = 0.055;
    brush.strokeStyle = grays(0.76);
    brush.beginPath();
    brush.moveTo(-0.1, -0.76);
    brush.quadraticCurveTo(-0.17, -0.64, -0.1, -0.52);
    brush.moveTo(0.1, -0.76);
    brush.quadraticCurveTo(0.19, -0.62, 0.17, -0.48);
    brush.stroke();
    shape(brush, grays(0.3), () => brush.rect(0.12, -0.48, 0.11, 0.1));
    shape(brush, grays(0.2), () => brush.ellipse(0, -0.915, 0.062, 0.07, 0, 0, Math.PI * 2));
    drawHead(brush, -0.9, 0.062);
    shape(brush, grays(0.24), () => brush.ellipse(0, -0.955, 0.14, 0.026, -0.06, 0, Math.PI * 2));
    shape(brush, grays(0.36), () =>
      brush.ellipse(0.005, -0.975, 0.075, 0.042, -0.06, 0, Math.PI * 2),
    );
    shape(brush, grays(0.8), () => brush.ellipse(0.06, -0.98, 0.03, 0.022, 0, 0, Math.PI * 2));
  });
}

/** A man in a dark suit and a bowler hat. */
export function drawMan(brush: Brush, x: number, y: number, height: number): void {
  inFigure(brush, x, y, height, () => {
    shape(brush, grays(0.17), () => brush.rect(-0.085, -0.47, 0.07, 0.46));
    shape(brush, grays(0.14), () => brush.rect(0.012, -0.47, 0.07, 0.47));
    shape(brush, grays(0.22), () => {
      brush.moveTo(-0.13, -0.78);
      brush.quadraticCurveTo(0, -0.85, 0.13, -0.78);
      brush.lineTo(0.12, -0.38);
      brush.lineTo(-0.12, -0.38);
    });
    shape(brush, grays(0.2), () => brush.rect(-0.175, -0.76, 0.06, 0.36));
    shape(brush, grays(0.16), () => brush.rect(0.115, -0.76, 0.06, 0.36));
    shape(brush, grays(0.9), () => {
      brush.moveTo(-0.035, -0.82);
      brush.lineTo(0.035, -0.82);
      brush.lineTo(0, -0.62);
    });
    drawHead(brush, -0.885, 0.064);
    shape(brush, grays(0.1), () => brush.ellipse(0, -0.935, 0.092, 0.014, 0, 0, Math.PI * 2));
    shape(brush, grays(0.13), () => brush.ellipse(0, -0.945, 0.062, 0.055, 0, Math.PI, 0));
  });
}

/** A child in a pale smock with a straw hat. */
export function drawChild(brush: Brush, x: number, y: number, height: number): void {
  inFigure(brush, x, y, height, () => {
    shape(brush, grays(0.2), () => brush.rect(-0.09, -0.25, 0.07, 0.25));
    shape(brush, grays(0.18), () => brush.rect(0.02, -0.25, 0.07, 0.25));
    const smock = brush.createLinearGradient(-0.2, 0, 0.2, 0);
    smock.addColorStop(0, grays(0.88));
    smock.addColorStop(1, grays(0.6));
    shape(brush, smock, () => {
      brush.moveTo(-0.1, -0.72);
      brush.quadraticCurveTo(0, -0.78, 0.1, -0.72);
      brush.lineTo(0.17, -0.2);
      brush.lineTo(-0.17, -0.2);
    });
    shape(brush, grays(0.72), () => brush.rect(-0.17, -0.7, 0.075, 0.32));
    shape(brush, grays(0.6), () => brush.rect(0.1, -0.7, 0.075, 0.32));
    drawHead(brush, -0.85, 0.1);
    shape(brush, grays(0.8), () => brush.ellipse(0, -0.92, 0.18, 0.03, 0, 0, Math.PI * 2));
    shape(brush, grays(0.85), () => brush.ellipse(0, -0.94, 0.1, 0.06, 0, Math.PI, 0));
    shape(brush, grays(0.25), () => brush.rect(-0.1, -0.955, 0.2, 0.022));
  });
}
