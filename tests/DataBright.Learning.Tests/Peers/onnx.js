// Runs an ONNX model with onnxruntime: node onnx.js MODEL INPUT DIMENSIONS… reads 32-bit floats, writes those that come out to
// standard output, after a line with the names of the input and the output and the output's dimensions.
const fs = require('fs');
const ort = require('onnxruntime-node');

(async () => {
  const [model, input, ...dimensions] = process.argv.slice(2);
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const bytes = fs.readFileSync(input);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', values, dimensions.map(Number)) });
  const output = results[session.outputNames[0]];
  process.stdout.write(JSON.stringify({ input: session.inputNames, output: session.outputNames, dimensions: output.dims, values: Array.from(output.data) }) + '\n');
})();
