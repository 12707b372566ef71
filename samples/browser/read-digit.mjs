// Preprocessing and inference, shared by index.html and check.mjs.
export const SIDE = 28;
const BOX = 20, CENTER = 14;

/** Converts a drawing on a plain background to 28×28 floats, where 0 is background. Returns null if it is blank. */
export function prepare(grey, width, height) {
  const ink = Float32Array.from(grey, value => Math.abs(value - grey[0]));
  const peak = ink.reduce((a, b) => Math.max(a, b), 0);
  if (peak < 8) return null;
  let left = width, top = height, right = -1, bottom = -1;
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] <= peak / 8) continue;
    const x = i % width, y = (i - x) / width;
    left = Math.min(left, x), right = Math.max(right, x), top = Math.min(top, y), bottom = Math.max(bottom, y);
  }
  const w = right - left + 1, h = bottom - top + 1, scale = BOX / Math.max(w, h);
  const columns = Math.max(1, Math.round(w * scale)), rows = Math.max(1, Math.round(h * scale));
  const box = new Float32Array(columns * rows);
  let sum = 0, sumX = 0, sumY = 0, most = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const value = area(ink, width, left + x * w / columns, left + (x + 1) * w / columns, top + y * h / rows, top + (y + 1) * h / rows);
      box[y * columns + x] = value;
      sum += value, sumX += value * x, sumY += value * y, most = Math.max(most, value);
    }
  }
  const place = (center, size) => Math.min(Math.max(Math.round(CENTER - center), 0), SIDE - size);
  const x0 = place(sumX / sum, columns), y0 = place(sumY / sum, rows);
  const result = new Float32Array(SIDE * SIDE);
  box.forEach((value, i) => result[(y0 + Math.floor(i / columns)) * SIDE + x0 + i % columns] = value / most);
  return result;
}

/** Returns the most probable digit and its probability. */
export async function read(ort, session, pixels) {
  const { probabilities } = await session.run({ input: new ort.Tensor("float32", pixels, [1, 1, SIDE, SIDE]) });
  const confidence = Math.max(...probabilities.data);
  return { digit: probabilities.data.indexOf(confidence), confidence };
}

// Returns the mean over a rectangle, with pixels weighted by the area that it covers.
function area(ink, width, x0, x1, y0, y1) {
  let sum = 0;
  for (let y = Math.floor(y0); y < Math.ceil(y1 - 1e-9); y++) {
    for (let x = Math.floor(x0); x < Math.ceil(x1 - 1e-9); x++)
      sum += ink[y * width + x] * (Math.min(x + 1, x1) - Math.max(x, x0)) * (Math.min(y + 1, y1) - Math.max(y, y0));
  }
  return sum / ((x1 - x0) * (y1 - y0));
}
