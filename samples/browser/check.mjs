// Reads digits without a browser: node check.mjs MODEL RAW..., where each RAW file has 784 grey bytes.
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { read } from "./read-digit.mjs";

const [model, ...images] = process.argv.slice(2);
const session = await ort.InferenceSession.create(readFileSync(model));
for (const image of images) {
  const { digit, confidence } = await read(ort, session, Float32Array.from(readFileSync(image), pixel => pixel / 255));
  console.log(`${image}: ${digit} (${confidence.toFixed(4)})`);
}
