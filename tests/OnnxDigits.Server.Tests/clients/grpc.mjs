// Calls a server with the gRPC client of Node: node grpc.mjs PROTO ADDRESS PICTURE. Prints what the server answers.
import { readFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const [proto, address, picture] = process.argv.slice(2);
const { inference } = grpc.loadPackageDefinition(protoLoader.loadSync(proto, { keepCase: true, longs: Number }));
const client = new inference.GRPCInferenceService(address, grpc.credentials.createInsecure());
const call = (method, request) => new Promise((resolve, reject) =>
  client[method](request, (error, response) => error ? reject(error) : resolve(response)));

console.log((await call("ServerReady", {})).ready);
console.log((await call("ModelMetadata", { name: "best" })).inputs[0].shape.join());
const images = { name: "images", datatype: "BYTES", shape: [1] };
const typed = await call("ModelInfer", {
  model_name: "digits", id: "7", inputs: [{ ...images, contents: { bytes_contents: [readFileSync(picture)] } }],
});
console.log(typed.id, typed.outputs[0].contents.int64_contents.join());
const pixels = Buffer.alloc(784 * 4);
const raw = await call("ModelInfer", {
  model_name: "best", inputs: [{ name: "input", datatype: "FP32", shape: [1, 1, 28, 28] }], raw_input_contents: [pixels],
});
console.log(raw.raw_output_contents[0].length);
try {
  await call("ModelInfer", { model_name: "none" });
} catch (error) {
  console.log(grpc.status[error.code]);
}
client.close();
